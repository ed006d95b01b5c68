"""Numbers in few characters: no leading zero, a true minus sign, as many digits as the width holds."""

import math
from collections.abc import Mapping, Sequence

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
    try:
        calculated = sum(map(shown_value, parts))
    except ValueError:  # ∞, or no number
        return format_number(total, width, signed=True)
    for room in range(width, 4, -1) if total and math.isfinite(total) else ():
        text = format_number(total, room, signed=True)
        if text[-1].isdigit() and abs(calculated - shown_value(text)) <= half_a_unit(text) * (1 + 1e-9):
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


def format_setting(value: float) -> str:
    """A setting as a person would write it: .05, .001, 1."""
    text = f"{value:.6g}"
    return text[1:] if text.startswith("0.") else text


def format_count(value: float) -> str:
    """A count or rate in about four characters: 950, 12.4k, 3.1M."""
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.1f}{unit}"
    return f"{value:.0f}" if value >= 10 else f"{value:.3g}"


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
