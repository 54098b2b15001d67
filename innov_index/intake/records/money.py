"""Amounts of money as lists print them: $140B, €1,2B, USD 1.2bn, 3 million euros, (¥100B)."""

from __future__ import annotations

import math
import re
import unicodedata
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from innov_index.intake.number_texts import APOSTROPHES, BLANKS, COMMA, POINT
from innov_index.intake.records.parsing import number

_SCALES = {
    **dict.fromkeys(["trillion", "trillions", "tn", "t"], 12),
    **dict.fromkeys(["billion", "billions", "bn", "mrd", "b"], 9),
    **dict.fromkeys(["crore", "crores", "cr"], 7),
    **dict.fromkeys(["million", "millions", "mn", "mln", "mio", "mm", "m"], 6),
    **dict.fromkeys(["lakh", "lakhs"], 5),
    **dict.fromkeys(["thousand", "thousands", "k"], 3),
}
_SIGNS = {
    "$": "USD",
    "US$": "USD",
    "U$S": "USD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "￥": "JPY",
    "JP¥": "JPY",
    "USD$": "USD",
    "CN¥": "CNY",
    "RMB": "CNY",
    "₩": "KRW",
    "₹": "INR",
    "Rs": "INR",
    "₽": "RUB",
    "₺": "TRY",
    "₫": "VND",
    "₪": "ILS",
    "₴": "UAH",
    "฿": "THB",
    "₱": "PHP",
    "₦": "NGN",
    "₸": "KZT",
    "R$": "BRL",
    "zł": "PLN",
    "A$": "AUD",
    "AU$": "AUD",
    "C$": "CAD",
    "CA$": "CAD",
    "CDN$": "CAD",
    "HK$": "HKD",
    "NT$": "TWD",
    "S$": "SGD",
    "SG$": "SGD",
    "NZ$": "NZD",
    "MX$": "MXN",
    "Mex$": "MXN",
    "＄": "USD",
    "﹩": "USD",
}
_WORDS = {
    **dict.fromkeys(["dollar", "dollars", "us dollar", "us dollars"], "USD"),
    **dict.fromkeys(["euro", "euros"], "EUR"),
    "yen": "JPY",
    "yuan": "CNY",
    "renminbi": "CNY",
    "won": "KRW",
}
_CODES = frozenset(
    [
        *(
            "AED",
            "ARS",
            "AUD",
            "BDT",
            "BGN",
            "BHD",
            "BOB",
            "BRL",
            "CAD",
            "CHF",
            "CLP",
            "CNY",
            "COP",
            "CRC",
            "CZK",
        ),
        *(
            "DKK",
            "DOP",
            "DZD",
            "EEK",
            "EGP",
            "ETB",
            "EUR",
            "GBP",
            "GEL",
            "GHS",
            "GTQ",
            "HKD",
            "HRK",
            "HUF",
            "IDR",
        ),
        *(
            "ILS",
            "INR",
            "IQD",
            "IRR",
            "ISK",
            "JOD",
            "JPY",
            "KES",
            "KRW",
            "KWD",
            "KZT",
            "LBP",
            "LKR",
            "LTL",
            "LVL",
        ),
        *(
            "MAD",
            "MMK",
            "MXN",
            "MYR",
            "NGN",
            "NOK",
            "NPR",
            "NZD",
            "OMR",
            "PEN",
            "PHP",
            "PKR",
            "PLN",
            "PYG",
            "QAR",
        ),
        *(
            "RON",
            "RSD",
            "RUB",
            "SAR",
            "SEK",
            "SGD",
            "THB",
            "TND",
            "TRY",
            "TWD",
            "TZS",
            "UAH",
            "UGX",
            "USD",
            "UYU",
        ),
        *("UZS", "VES", "VND", "XAF", "XOF", "ZAR", "DEM", "FRF", "ITL", "ESP", "NLG"),
    ]
)
"""Codes of ISO 4217; any other code is known where a config has a rate for it."""

_NUMBER = rf"[0-9](?:[0-9.,{BLANKS}{APOSTROPHES}]*[0-9])?[.,]?"
_MINUS = "-−–("
_LONGEST = 12
_CODE = r"[A-Z]{3}"


class Money(NamedTuple):
    """An amount, the power of ten that its text states, if any, and its currency as written."""

    digits: Decimal
    scale: int | None
    currency: str


@cache
def _scale_at_front() -> re.Pattern[str]:
    words = "|".join(sorted(_SCALES, key=len, reverse=True))
    # MEUR is a million euros, MXN a currency
    return re.compile(rf"({words})\.?(?=$|[^a-z]|(?-i:[A-Z]{{3}})$)", re.IGNORECASE)


def has_words(text: str) -> bool:
    """Whether letters or signs stand before or after what may be a number."""
    return bool(text) and not (text[0].isdigit() and text[-1].isdigit())


def money(text: str, decimal: str = POINT) -> Money | None:
    """The amount in a text; None where there is none, or two, or words that are no currency.

    >>> money("€1,2B", ",")
    Money(digits=Decimal('1.2'), scale=9, currency='€')
    """
    found = re.search(_NUMBER, text)
    if found is None:
        return None
    digits = _digits(found[0], decimal)
    before, after = text[: found.start()].strip(), text[found.end() :].strip()
    if digits is None or any(letter.isdigit() for letter in after):
        return None
    negative = any(letter in _MINUS for letter in before)
    before = before.strip(_MINUS + " +").strip()
    scaled = _scale_at_front().match(after)
    scale = None if scaled is None else _SCALES[scaled[1].casefold()]
    after = after[scaled.end() if scaled else 0 :].strip(" )")
    if before and after and currency_of(before) != currency_of(after):
        return None
    written = before or after
    if len(written) > _LONGEST or not all(map(_may_name_a_currency, written)):
        return None
    return Money(-digits if negative else digits, scale, written)


def _digits(text: str, decimal: str) -> Decimal | None:
    """The number; of a text that the decimal mark of its column does not suit, by the other mark."""
    text = text.rstrip(".,")
    for mark, other in ((decimal, COMMA if decimal == POINT else POINT), (COMMA, POINT), (POINT, COMMA)):
        if not math.isnan(number(text, mark)):
            plain = re.sub(rf"[{BLANKS}{APOSTROPHES}]", "", text.replace(other, ""))
            return Decimal(plain.replace(mark, "."))
    return None


def _may_name_a_currency(letter: str) -> bool:
    return letter.isalpha() or letter in ". " or unicodedata.category(letter) == "Sc"


def currency_of(written: str) -> str | None:
    """The code of a currency as lists write it; None where the text names none that is known."""
    written = written.strip(" .")
    code = written.upper() if written.upper() in _CODES and written.isupper() else None
    return (
        code or _SIGNS.get(written) or _SIGNS.get(written.replace(" ", "")) or _WORDS.get(written.casefold())
    )


def is_like_a_currency(written: str) -> bool:
    """Whether a text looks like a currency, known or not: a sign, or a code of three capitals."""
    signs = any(unicodedata.category(letter) == "Sc" for letter in written)
    return signs or re.fullmatch(_CODE, written) is not None
