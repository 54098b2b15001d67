"""Files of another tool → a folder with a config that is valid."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from innov_index.config.load import load_config
from innov_index.dataset.assemble import read_dataset
from innov_index.dataset.importing.coin_tool import EXTENSIONS, read_coin_tool
from innov_index.dataset.importing.coinr import read_coinr
from innov_index.dataset.importing.imported import ImportedIndex
from innov_index.dataset.importing.index_files import CONFIG, files_of
from innov_index.errors import DataError, InnovIndexError
from innov_index.io.writing import write_new


@dataclass(frozen=True)
class Written:
    """The files written, the config first, and what a person should know of them."""

    files: tuple[Path, ...]
    remarks: tuple[str, ...]


def import_index(sources: Sequence[Path], folder: Path) -> Written:
    """Read an index of another tool and write it as config, framework and data.

    Parameters
    ----------
    sources : paths
        COINr's iData and iMeta in either order, or one workbook of the COIN Tool.
    folder : Path
        Made where it is not there.

    Raises
    ------
    InnovIndexError
        A source is not as it must be, or one of the files to write is there already. Nothing is written then.
    """
    imported = read_sources(sources)
    _refuse_invalid(imported)
    return Written(tuple(write_new(folder, files_of(imported))), imported.remarks)


def read_sources(sources: Sequence[Path]) -> ImportedIndex:
    """Read what was given: two tables, or one workbook."""
    if len(sources) == 2:
        return read_coinr(*sources)
    if len(sources) == 1 and sources[0].name.lower().endswith(EXTENSIONS):
        return read_coin_tool(sources[0])
    raise DataError(
        "an import takes COINr's two tables, iData and iMeta, or one workbook of the COIN Tool (.xlsx, .xlsm)"
    )


def _refuse_invalid(imported: ImportedIndex) -> None:
    """Load what would be written; what the engine refuses is said without the name of the trial folder."""
    with TemporaryDirectory() as trial:
        for name, text in files_of(imported).items():
            (Path(trial) / name).write_text(text, encoding="utf-8")
        try:
            read_dataset(load_config(Path(trial) / CONFIG))
        except InnovIndexError as error:
            raise InnovIndexError(
                "what was read does not make a valid index:\n" + str(error).replace(f"{trial}/", "")
            ) from None
