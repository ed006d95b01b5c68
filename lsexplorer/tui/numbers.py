"""Numbers in few characters: no leading zero, a true minus sign, as many digits as the width holds."""

import math

NONE = "—"


def number(value: float | None, width: int = 6, signed: bool = False) -> str:
    """A number in at most ``width`` characters (5 or more); ``signed`` puts a + before positive ones.

    None and NaN are '—', an exact zero is '0'. A value whose first digits would be lost to the width, and one too
    large for it, get an exponent.
    """
    if value is None or math.isnan(value):
        return NONE
    sign = "−" if value < 0 else "+" if signed and value > 0 else ""
    size, room = abs(value), width - (1 if signed or value < 0 else 0)
    if size == 0:
        return "0"
    if math.isinf(size):
        return sign + "∞"
    return sign + (_fixed(size, room) or _exponent(size, room))


def _fixed(size: float, room: int) -> str:
    """Fixed-point digits, or '' where they would be too long or lose the value's first two digits."""
    if size == int(size) and len(str(int(size))) <= room:
        return str(int(size))
    whole = len(str(int(size))) if size >= 1 else 0
    decimals = room - whole - 1
    if decimals < 0 or (not whole and size < 10.0 ** (1 - decimals)):
        return ""
    text = f"{size:.{decimals}f}"
    text = text[1:] if text.startswith("0.") else text
    return text if len(text) <= room else text[:room].rstrip(".")


def _exponent(size: float, room: int) -> str:
    mantissa, exponent = f"{size:.9e}".split("e")
    power = str(int(exponent)).replace("-", "−")
    digits = room - len(power) - 1
    if digits >= 3:
        mantissa, exponent = f"{size:.{digits - 2}e}".split("e")
        return f"{mantissa}e{str(int(exponent)).replace('-', '−')}"
    mantissa, exponent = f"{size:.0e}".split("e")
    return f"{mantissa}e{str(int(exponent)).replace('-', '−')}"


def short(value: float) -> str:
    """A setting as a person would write it: .05, .001, 1."""
    text = f"{value:.6g}"
    return text[1:] if text.startswith("0.") else text


def count(value: float) -> str:
    """A count or rate in about four characters: 950, 12.4k, 3.1M."""
    for limit, unit in ((1e6, "M"), (1e3, "k")):
        if value >= limit:
            return f"{value / limit:.1f}{unit}"
    return f"{value:.0f}" if value >= 10 else f"{value:.3g}"
