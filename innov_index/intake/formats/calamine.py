"""The values of cells, through calamine, a reader of workbooks in Rust."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from innov_index.errors import DataError, load_extra


def opened(path: Path, content: bytes) -> Any:
    """The workbook as calamine has it."""
    library = load_extra("python_calamine", f"{path}: reading a workbook", "excel")
    try:
        return library.load_workbook(io.BytesIO(content))
    except library.PasswordError:
        raise DataError(f"{path}: this workbook has a password; save it without one") from None
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:  # a panic in Rust is no Exception
        raise damaged(path, error) from None


def values_of(path: Path, content: bytes, sheet: int = 0) -> list[list[Any]]:
    """The cells of a sheet, from its first row and column on; empty ones are empty texts."""
    book = opened(path, content)
    try:
        found: list[list[Any]] = book.get_sheet_by_index(sheet).to_python(skip_empty_area=False)
    except (KeyboardInterrupt, SystemExit, MemoryError):
        raise
    except BaseException as error:
        raise damaged(path, error) from None
    return found


def damaged(path: Path, error: BaseException | str = "") -> DataError:
    """The error for a workbook that contradicts itself or ends too early."""
    reason = f" ({error})" if str(error) else ""
    return DataError(f"{path}: this workbook is damaged or truncated{reason}; download it again")
