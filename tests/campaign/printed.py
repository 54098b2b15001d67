"""Random printed tables: what `infer` says of their weights beside a linear program."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from innov_index.errors import InnovIndexError
from tests.analysis.infer.printed_tables import SCALINGS, Table, disagreement, random_table
from tests.campaign.crashes import crash_of


def random_printed(rng: np.random.Generator) -> Table:
    """A table with any scaling of the root."""
    return random_table(rng, str(rng.choice(SCALINGS)))


def fault_of_printed(given: Table, folder: Path) -> str:
    """What is wrong with what `infer` says, in a few words."""
    try:
        return disagreement(given, folder)
    except InnovIndexError as error:  # too little is printed to ask
        return f"refused: {error.problems[0].message.split(': ')[-1]}"
    except Exception as error:
        return crash_of(error)
