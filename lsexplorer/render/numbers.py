"""Numbers in few characters: no leading zero, a true minus sign, as many digits as the width holds.

This is how the screen writes every number: tables `format_number`, sentences `format_brief`, settings
`format_setting`, scores `format_share` and `format_score`. Texts that were made for paper or come from below go through
`as_on_screen`.
"""

import math
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress

from lsexplorer.render.arithmetic import half_a_unit, shown_value

NONE = "—"


def format_number(value: float | None, width: int = 6, signed: bool = False) -> str:
    """A number in at most ``width`` characters (5 or more); ``signed`` puts a + before a positive one.

    None and NaN are '—', an exact zero is '0'. An exponent is used where it shows more digits.
    """
    if value is None or math.isnan(value):
        return NONE
    plus = "+" if signed and value > 0 else ""
    sign = "−" if value < 0 else plus
    size, room = abs(value), width - (1 if signed or value < 0 else 0)
    if size == 0:
        return "0"
    if math.isinf(size):
        return sign + "∞"
    return sign + (_fixed(size, room) or _exponent(size, room) or _magnitude(size))


def format_total(total: float, parts: Sequence[str], width: int) -> str:
    """A signed total beside the parts it is the sum of: as many of its digits as come out when one adds those shown.

    A total of which none comes out, since its parts all but cancel, has its own digits.
    """
    with suppress(ValueError):  # ∞, or no number
        calculated = sum(shown_value(part) for part in parts if not part.endswith("~0"))
        for room in range(width, 2, -1) if total else ():
            text = format_number(total, room, signed=True)
            if abs(calculated - shown_value(text)) <= half_a_unit(text) * (1 + 1e-9):
                return text
    return format_number(total, width, signed=True)


def _fixed(size: float, room: int) -> str:
    """Fixed-point digits; '' where they do not fit or an exponent shows more."""
    if size == int(size) and len(str(int(size))) <= room:
        return str(int(size))
    whole = len(str(int(size))) if size >= 1 else 0
    decimals = room - whole - 1
    exponent_digits = max(1, room - len("1.e−1"))
    if decimals < 0 or (not whole and size < 10.0 ** (min(exponent_digits, 2) - 1 - decimals)):
        return ""
    text = f"{size:.{decimals}f}"
    text = text[1:] if text.startswith("0.") else text
    return text if len(text) <= room else text[:room].rstrip(".")


def _exponent(size: float, room: int) -> str:
    """As many digits as fit beside an exponent; '' where none do."""
    for decimals in range(room, -1, -1):
        mantissa, power = f"{size:.{decimals}e}".split("e")
        text = f"{mantissa}e{int(power)}".replace("-", "−")
        if len(text) <= room:
            return text
    return ""


def _magnitude(size: float) -> str:
    """The order of magnitude alone, e153; ~0 for a value so small that its exponent does not fit."""
    return f"e{math.floor(math.log10(size))}" if size > 1 else "~0"


def format_measure(value: float) -> str:
    """A measure to four significant digits, or four decimals below 1; NaN is empty."""
    if math.isnan(value):
        return ""
    return f"{value:.4g}" if abs(value) >= 1 else f"{value:.4f}"


def format_seconds(seconds: Mapping[str, float]) -> str:
    """How long each part took, by name, without short ones: 'search 2.0 s, evaluation 0.5 s'; '' if all are short."""
    return ", ".join(f"{name} {value:.1f} s" for name, value in seconds.items() if value >= 0.05)


def format_setting(value: float, digits: int = 6) -> str:
    """A setting as a person would write it: .05, .001, 1."""
    return as_on_screen(f"{value:.{digits}g}")


def format_share(share: float, rows: int) -> str:
    """A share of so many rows in per cent, with the digits that tell one row more from one less: 94%, 94.7%, 94.12%."""
    return NONE if math.isnan(share) else f"{share:.{max(0, _digits(rows) - 2)}%}"


def format_score(score: float, rows: int, width: int = 6) -> str:
    """The mean of a measure over so many rows, with one digit more than their shares have: .944, .9446.

    Where that would leave fewer than two digits, it has two.
    """
    decimals = _digits(rows) + 1
    text = as_on_screen(f"{score:.{decimals}f}" if abs(score) >= 10.0 ** (1 - decimals) else f"{score:.2g}")
    return text if math.isfinite(score) and len(text) <= width else format_number(score, width)


def _digits(rows: int) -> int:
    """Decimals of a share of so many rows: 2 up to 100, 3 up to 1,000."""
    return max(2, math.ceil(math.log10(max(1, rows))))


def format_epoch(epoch: float) -> str:
    """Passes through the data: 0, .3, 17.1."""
    return as_on_screen(f"{epoch:,.1f}") if epoch else "0"


_LEADING_ZERO = re.compile(r"""(?<![\w./\\'"+-])([+−-]?)0(\.\d+)(?![\w/]|\.\w)""")
_HYPHEN = re.compile(r"""(?<![\w.)\]'"/-])-(?=\.?\d)""")

_PERCENT = re.compile(r"(?<=[\d\]]) %")
_EXPONENT = re.compile(r"(?<=\d)e(?:(-)|\+)0*(\d+)\b")


def as_on_screen(text: str) -> str:
    """A text with its numbers as the screen writes them: .05 for 0.05, −.1 for -0.1, 1e−5, 95%; names of files stay."""
    text = _PERCENT.sub("%", text)
    text = _EXPONENT.sub(lambda match: f"e{'−' if match[1] else ''}{match[2]}", text)
    return _HYPHEN.sub("−", _LEADING_ZERO.sub(r"\1\2", text))


def format_count(value: float) -> str:
    """A count or rate in about four characters: 950, 12.4k, 3.1M."""
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.1f}{unit}"
    return f"{value:.0f}" if value >= 10 else format_setting(value, 3)


def format_brief(value: float) -> str:
    """A number for a sentence, in few digits: .75, .0333, .0025, 6.314, −.17, 3e−6."""
    if 0.01 <= abs(value) < 1:
        text = f"{value:.4f}".rstrip("0").rstrip(".")
    else:
        text = f"{value:.{3 if abs(value) < 1 else 4}g}"
    sign, size = "−" if text.startswith("-") else "", text.removeprefix("-").replace("e-0", "e−").replace("e-", "e−")
    return sign + (size[1:] if size.startswith("0.") else size)


def format_brief_signed(value: float) -> str:
    """`format_brief` with a + before a positive number."""
    return ("+" if value > 0 else "") + format_brief(value)
