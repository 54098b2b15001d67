"""Write the tables of this folder from their sources: one module of `making` for each family.

The lists in `countries` are sources themselves: from them comes the register that the package ships.

Usage: python data/build.py [SOURCES]

SOURCES is the folder with the reference material (default: `../shared` beside the project).
Numbers are copied as text, never parsed, so that every digit survives. The same sources give the same bytes.
"""

from __future__ import annotations

import sys
from pathlib import Path

from making.countries import country_register
from making.epi import environmental_performance
from making.fsi import fragile_states
from making.gazetteer import gazetteer
from making.gihi import gihi
from making.gii import gii_clusters, gii_countries
from making.handbook import handbook
from making.hdi import human_development
from making.hfi import human_freedom
from making.hub_counts import hub_counts
from making.hubs_2020 import ai_copapers, hubs_2020
from making.tables import DATA


def main() -> None:
    sources = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA.parent.parent / "shared"
    hubs_2020(sources)
    gihi(sources)
    gii_countries(sources / "published" / "gii", DATA / "gii")
    gii_clusters(sources / "published" / "gii", DATA / "gii")
    published = sources / "published"
    human_development(published / "hdi", DATA / "hdi")
    fragile_states(published / "fsi2021", DATA / "fsi")
    environmental_performance(published / "epi2020", DATA / "epi")
    handbook(published / "handbook", DATA / "handbook")
    human_freedom(published / "hfi2018", DATA / "hfi")
    gazetteer(sources)
    ai_copapers(sources)
    hub_counts(sources)
    country_register(DATA / "countries")


if __name__ == "__main__":
    main()
