"""The forms in which people write numbers: 1,234.5 and 1.234,5, 12 kg, € 1'000, 45 %, −5.

A cell is read twice, with a decimal point and with a decimal comma; which of the two holds is decided when the whole
column is known.
"""

import re
import unicodedata
from functools import lru_cache
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


_GROUPS = dict.fromkeys(map(ord, "'\u2019\u02bc "))
_MARKS: tuple[dict[int, str | None], ...] = (
    {**_GROUPS, ord(","): None},
    {**_GROUPS, ord("."): None, ord(","): "."},
)
"""What becomes of the marks in a number with a decimal point, and in one with a comma."""

_DIGITS = str.maketrans("023456789", "111111111")
_LONGEST = 40
"""Characters of a number with anything else than digits and a point."""


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


class _Shape(NamedTuple):
    """How a text is read whose digits are known."""

    start: int
    stop: int
    """The digits and the marks between them."""
    affix: str
    style: str
    negative: bool
    readings: tuple[str, str]
    """With a decimal point and with a comma: "plain", "grouped", or "" for no number."""


def parse(text: str, thousands: str | None = None) -> Number | None:
    """The number in a cell's text, or None. Underscores, which Python allows, are text here.

    thousands: what alone may group digits; None for whatever is usual.
    """
    line = " ".join(text.split()) if len(text) <= _LONGEST else ""
    shape = _shape(line.translate(_DIGITS), thousands) if line else None
    if shape is None:
        plain = _plain(text)
        return None if plain is None else Number(plain, plain)
    body = line[shape.start : shape.stop]
    point, comma = (
        _value(body, reading, marks, shape.negative) for reading, marks in zip(shape.readings, _MARKS, strict=True)
    )
    if point != point and comma != comma:
        return None
    grouped = "." * (shape.readings[0] == "grouped" and point == point)
    grouped += "," * (shape.readings[1] == "grouped" and comma == comma)
    return Number(point, comma, grouped, shape.affix, shape.style)


def _plain(text: str) -> float | None:
    if "_" in text:
        return None
    try:
        return float(text)
    except ValueError:
        return None


@lru_cache(maxsize=4096)
def _shape(line: str, thousands: str | None) -> _Shape | None:
    """How a text is read, with a 1 for each of its digits: a column has few shapes, however long it is."""
    match = _NUMBER.fullmatch(line.translate(_AS_WRITTEN))
    affix = None if match is None else _affix(match)
    if match is None or affix is None:
        return None
    negative = "-" in (match["sign"], match["inner"]) or match["open"] is not None
    style = "brackets" if match["open"] else "minus" * (negative and "-" not in line)
    point, comma = (_reading(match["body"], match["exponent"], decimal, thousands) for decimal in ".,")
    stop = match.end("exponent" if match["exponent"] else "body")
    return _Shape(match.start("body"), stop, affix, style, negative, (point, comma))


def _reading(body: str, exponent: str | None, decimal: str, thousands: str | None) -> str:
    """How digits and marks make a number with this decimal sign."""
    plain, grouped = _BODIES[decimal]
    if plain.fullmatch(body):
        return "plain"
    if exponent or not grouped.fullmatch(body):
        return ""
    marks = {mark for mark in body.split(decimal)[0] if not mark.isdecimal()}
    alone = thousands is None or marks == {" " if thousands.isspace() else thousands.translate(_AS_WRITTEN)}
    return "grouped" if alone else ""


def _value(body: str, reading: str, marks: dict[int, str | None], negative: bool) -> float:
    """The number of digits and marks, NaN where it is none: groups do not begin with a 0."""
    if not reading or (reading == "grouped" and body[0] == "0"):
        return _NAN
    value = float(body.translate(marks))
    return -value if negative else value


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
