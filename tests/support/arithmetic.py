"""A reader with a pocket calculator: the equations in a line of text, each worked out from the digits that it shows."""

import math
import re
from collections.abc import Iterator

from tests.support.explorer import value_of

_WORDS = {"log": math.log, "sign": lambda x: (x > 0) - (x < 0), "sqrt": math.sqrt}
_RAISED = {character: str(digit) for digit, character in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}


def calculated(text: str) -> float | None:
    """What a formula of numbers comes to; None for one with symbols in it."""
    text = re.sub(r" \(\d+ (more|others)\)| \(hidden targets\)", "", text)
    text = re.sub(r"√(\([^()]*\)|[\d.]+(e−\d+)?)", r"sqrt(\1)", text)
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda raised: "**" + "".join(_RAISED[c] for c in raised[0]), text)
    text = text.replace("−", "-").replace("·", "*")
    if set(re.findall("[^\\W\\d_]+", re.sub(r"(?<=[\d.])e(?=-?\d)", "", text))) - set(_WORDS):
        return None
    value: float = eval(text, {"__builtins__": {}}, _WORDS)
    return value


def equations(line: str) -> Iterator[tuple[str, float, str]]:
    """The formulas of numbers in a line: the text, what it comes to, and the result that stands behind it."""
    for part in line.partition(": ")[2].split(" · "):
        *formulas, result = re.split(" [=≈] ", re.sub(" [<≥] 1$| = Δw$", "", part))
        for formula in formulas:
            value = calculated(formula)
            if value is not None:
                yield formula, value, result


def comes_out(value: float, result: str) -> bool:
    """Whether a shown result is the value, rounded to the digits that it shows."""
    number, half = value_of(result)
    return abs(number - value) <= half * (1 + 1e-9) and (number != 0 or abs(value) < 1e-9)
