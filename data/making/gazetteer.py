"""Cities, their other names, and countries."""

from __future__ import annotations

from pathlib import Path

from innov_index.intake.folding import fold
from making.tables import DATA, PLACE, read, write

GAZETTEER_COLUMNS = ("geonameid", "name", "country", "admin1", *PLACE, "population")


def gazetteer(sources: Path) -> None:
    """Cities over 15,000 people, their other names, and countries, as small as CSV gets.

    Neighbours stand together, coordinates have four decimals (11 m), other names of a city share a row.
    """
    raw = sources / "raw" / "gazetteer"
    folder = DATA / "gazetteer"
    folder.mkdir(exist_ok=True)
    cities = sorted(
        read(raw / "cities15000.csv.gz"), key=lambda row: (row["country"], row["admin1"], row["name"])
    )
    for city in cities:
        city |= {key: f"{float(city[key]):.4f}".rstrip("0").rstrip(".") for key in PLACE}
    write(folder / "cities.csv.gz", cities, GAZETTEER_COLUMNS)

    names: dict[str, list[str]] = {}
    own = {city["geonameid"]: fold(city["name"]) for city in cities}
    for row in read(raw / "aliases.csv.gz"):
        if row["alias"] != own[row["geonameid"]]:
            names.setdefault(row["geonameid"], []).append(row["alias"])
    keys = [city["geonameid"] for city in cities if city["geonameid"] in names]
    aliases = [{"geonameid": key, "aliases": "|".join(sorted(names[key]))} for key in keys]
    write(folder / "aliases.csv.gz", aliases, ("geonameid", "aliases"))
    write(folder / "countries.csv.gz", read(raw / "countries.csv"), ("country", "iso3", "name"))
