"""Indices to try things on: the world's innovation hubs of 2020, and the OECD handbook's own example."""

from __future__ import annotations

from pathlib import Path

from innov_index.api import Index, load

_HERE = Path(__file__).resolve().parent


def load_hubs_2020() -> Index:
    """Load the index of 40 innovation hubs, about 2020, that the project's configs and README are about.

    Returns
    -------
    Index
        40 metropolitan areas, 20 indicators in three dimensions, with schemes and an `uncertainty:` block.
        Whose the data are and how reliable is in the project's `data/README.md`.

    Examples
    --------
    >>> from innov_index.datasets import load_hubs_2020
    >>> load_hubs_2020().score().rank("Boston")
    2.0
    """
    installed = _HERE / "hubs_2020"  # put there when the package is built
    project = installed if installed.is_dir() else _HERE.parent.parent
    return load(project / "configs" / "2020.yaml")


def load_tai() -> Index:
    """Load the Technology Achievement Index of 23 countries, the example that runs through the handbook.

    Returns
    -------
    Index
        23 countries, 8 indicators in four dimensions with equal weights. The data are those of the UNDP's
        Human Development Report 2001, as printed in the OECD/JRC *Handbook on Constructing Composite
        Indicators* (2008), Table A.2; its Table 6 has their correlations.

    Examples
    --------
    >>> from innov_index.datasets import load_tai
    >>> load_tai().ranking(top=3).to_frame()["unit"].tolist()
    ['Finland', 'Sweden', 'United States']
    """
    return load(_HERE / "tai.yaml")
