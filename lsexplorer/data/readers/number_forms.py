"""The forms in which people write numbers: 1,234.5 and 1.234,5, 12 kg, € 1'000, 45 %, −5.

A cell is read twice, with a decimal point and with a decimal comma; which of the two holds is decided when the whole
column is known.
"""

import re
import unicodedata
from typing import NamedTuple

_NAN = float("nan")
_CURRENCIES = """
usd eur gbp chf jpy inr cny rmb aud cad sek nok dkk pln czk huf brl rub zar us$ c$ a$ r$ hk$ kr kr. rs rs. fr fr. sfr
sfr. zł kč ft руб руб.
""".split()  # noqa: SIM905
_UNITS = """
% ‰ ° °c °f g kg mg µg lb lbs oz m km dm cm mm µm nm mi ft ml cl dl s ms h hr hrs min km/h m/s mph hz khz mhz ghz
kw mw kwh wh ma hpa kpa mpa kj kcal kb mb gb tb px cc bhp hp kmpl rpm mmol ppm ppb m² m2 m³ km² cm² cm³ mg/dl g/l
mg/l g/dl mmol/l mmhg
""".split()  # noqa: SIM905
"""What may follow a number without a space; after a space, any word may."""

_AS_WRITTEN = str.maketrans({"\u2212": "-", "\u2013": "-", "\ufe63": "-", "\uff0d": "-", "\u2019": "'", "\u02bc": "'"})
_NUMBER = re.compile(
    r"(?P<open>\()?\s?(?P<sign>[+-])?\s?(?P<prefix>[^\d\s.,'()+-][^\d\s,'()+-]{0,3})?\s?(?P<inner>[+-])?\s?"
    r"(?P<body>\d[\d.,' ]*\d|\d[.,]?|[.,]\d+)(?P<exponent>[eE][+-]?\d+)?"
    r"(?P<gap>\s?)(?P<suffix>[^\d\s'()+-][^\s'()+-]{0,11})?\s?(?P<close>\))?"
)


def _bodies(decimal: str, groups: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of digits with this decimal sign: plain, and in groups of three or as in India."""
    point = re.escape(decimal)
    plain = re.compile(rf"\d+(?:{point}\d*)?|{point}\d+")
    forms = (
        rf"[1-9]\d{{0,2}}(?:{mark}\d{{3}})+|[1-9]\d?(?:{mark}\d\d)+{mark}\d{{3}}" for mark in map(re.escape, groups)
    )
    return plain, re.compile(rf"(?:{'|'.join(forms)})(?:{point}\d*)?")


_BODIES = {".": _bodies(".", ",' "), ",": _bodies(",", ".' ")}


class Number(NamedTuple):
    """A cell's number as it is with a decimal point and with a decimal comma; NaN where it cannot be read so."""

    point: float
    comma: float
    grouped: str = ""
    """Those of the decimal signs '.' and ',' with which its digits are grouped."""
    affix: str = ""
    """Its currency, unit or percent sign."""
    style: str = ""
    """"minus" for a typographic minus; "brackets" for an amount such as (1,200), which is negative."""


def parse(text: str, thousands: str | None = None) -> Number | None:
    """The number in a cell's text, or None. Underscores, which Python allows, are text here.

    thousands: what alone may group digits; None for whatever is usual.
    """
    plain = _plain(text)
    if plain is not None and "." not in text:
        return Number(plain, plain)
    match = _NUMBER.fullmatch(" ".join(text.translate(_AS_WRITTEN).split()))
    affix = None if match is None else _affix(match)
    if match is None or affix is None:
        return None if plain is None else Number(plain, plain)
    values, grouped = [], ""
    for decimal in ".,":
        value, in_groups = _value(match["body"], match["exponent"], decimal, thousands)
        values.append(value)
        grouped += decimal if in_groups else ""
    if all(value != value for value in values):
        return None
    negative = "-" in (match["sign"], match["inner"]) or match["open"] is not None
    style = "brackets" if match["open"] else "minus" * (negative and "-" not in text)
    point, comma = (-value if negative else value for value in values)
    return Number(point, comma, grouped, affix, style)


def _plain(text: str) -> float | None:
    if "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


def _value(body: str, exponent: str | None, decimal: str, thousands: str | None) -> tuple[float, bool]:
    """The number that digits and marks stand for with this decimal sign, NaN for none; whether they are grouped."""
    plain, grouped = _BODIES[decimal]
    if plain.fullmatch(body):
        return float(body.replace(",", ".") + (exponent or "")), False
    if exponent or not grouped.fullmatch(body):
        return _NAN, False
    marks = {mark for mark in body.split(decimal)[0] if not mark.isdecimal()}
    if thousands is not None and marks != {" " if thousands.isspace() else thousands.translate(_AS_WRITTEN)}:
        return _NAN, False
    digits = "".join(mark for mark in body if mark.isdecimal() or mark == decimal)
    return float(digits.replace(",", ".")), True


def _affix(match: re.Match[str]) -> str | None:
    """A number's currency or unit, '' where it has none, None where what stands beside it is neither."""
    prefix, suffix = match["prefix"] or "", match["suffix"] or ""
    if (match["open"] is None) != (match["close"] is None) or (match["sign"] and match["inner"]):
        return None
    if prefix and suffix:
        return None
    if prefix:
        return prefix if _is_currency(prefix) else None
    word = suffix and match["gap"] and re.fullmatch(r"[^\W\d_]+[./]?[^\W\d_]*", suffix)
    return suffix if not suffix or word or _is_currency(suffix) or _is_unit(suffix) else None


def _is_currency(text: str) -> bool:
    return text.casefold() in _CURRENCIES or all(unicodedata.category(letter) == "Sc" for letter in text)


def _is_unit(text: str) -> bool:
    text = text.replace("μ", "µ")
    return (text if len(text) == 1 else text.casefold().replace("μ", "µ")) in _UNITS
