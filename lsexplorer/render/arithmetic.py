"""Arithmetic written out: sums and products that are worked with the digits they show, as a reader would.

A result gets as many digits as come out right from the digits before it, and numbers get more of them until it has
enough. So what stands on the screen is what a pocket calculator says.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeVar

_SUM, _PRODUCT, _ATOM = range(3)
"""How strongly the last operation of a formula binds."""

_DIGITS = (3, 4, 5, 6, 7, 8, 10, 12)
"""Significant digits that numbers are given, one after the other, until results have enough."""

_MOST = 4
"""Digits that a result has at most; a brief one has one less, and one less is enough for it."""

_LEADING_MINUS = re.compile(r"^−[.\d]+(e−?\d+)?")
"""A negative number that a formula begins with."""

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

Result = TypeVar("Result")


@dataclass(slots=True)
class Written:
    """A formula with numbers in it, and what it comes to with just these digits; not to be changed."""

    text: str
    value: float
    binds: int = _ATOM

    def __add__(self, other: "Written | int") -> "Written":
        right = _written(other)
        sign = "−" if right.text.startswith("−") else "+"
        return Written(f"{self.text} {sign} {right.text.removeprefix('−')}", self.value + right.value, _SUM)

    def __sub__(self, other: "Written | int") -> "Written":
        right = _written(other)
        return Written(f"{self.text} − {right._inner(_PRODUCT)}", self.value - right.value, _SUM)

    def __rsub__(self, other: int) -> "Written":
        return _written(other) - self

    def __mul__(self, other: "Written | int") -> "Written":
        right = _written(other)
        left = self.text if self.binds > _SUM else f"({self.text})"
        text = right._inner(_PRODUCT)
        if right.binds == _PRODUCT:  # its sign alone needs brackets: a·(−b)·c
            text = _LEADING_MINUS.sub(r"(\g<0>)", right.text)
        return Written(f"{left}·{text}", self.value * right.value, _PRODUCT)

    def __rmul__(self, other: int) -> "Written":
        return _written(other) * self

    def __truediv__(self, other: "Written | int") -> "Written":
        right = _written(other)
        left = self.text if self.binds > _SUM else f"({self.text})"
        value = self.value / right.value if right.value else math.nan
        return Written(f"{left}/{right._inner(_ATOM)}", value, _PRODUCT)

    def squared(self) -> "Written":
        """Its square."""
        return self.power(2)

    def root(self) -> "Written":
        """Its square root."""
        return Written(f"√{self._inner(_ATOM)}", math.sqrt(self.value) if self.value >= 0 else math.nan)

    def power(self, exponent: int) -> "Written":
        """A whole power."""
        return Written(f"{self._inner(_ATOM)}{str(exponent).translate(_RAISED)}", self.value**exponent)

    def log(self) -> "Written":
        """Its natural logarithm."""
        return Written(f"log({self.text})", math.log(self.value) if self.value > 0 else math.nan)

    def sign(self) -> "Written":
        """Its sign: 1, 0 or −1."""
        return Written(f"sign({self.text})", float((self.value > 0) - (self.value < 0)))

    def worked(self) -> "Written":
        """What it comes to, as one number with all its digits."""
        return _number(self.value, 12, True)

    def noted(self, note: str) -> "Written":
        """The same with a remark in brackets behind it."""
        return Written(f"{self.text} ({note})", self.value, self.binds)

    def _inner(self, least: int) -> str:
        """The text as a part of something that binds its right-hand side; negative numbers are put in brackets."""
        return f"({self.text})" if self.binds < least or self.text.startswith("−") else self.text


def _written(value: "Written | int") -> Written:
    return Written(str(value), float(value)) if isinstance(value, int) else value


class Equation(NamedTuple):
    """A formula and its result."""

    formula: Written
    result: Written
    sign: str = "="
    """≈ where no digits come out right."""

    @property
    def text(self) -> str:
        """Both, the result with its sign; the result alone where the formula is no other."""
        result = f"+{self.result.text}" if self.result.value > 0 else self.result.text
        return result if self.formula == self.result else f"{self.formula.text} {self.sign} {result}"


class Sheet:
    """Makes numbers of so many digits, and results of as many as come out right."""

    def __init__(self, digits: int, most: int = _MOST) -> None:
        self.digits, self.most, self.fewest = digits, most, most
        """Digits of a number, those of a result at most, and the fewest that one has had."""

    def number(self, value: float) -> Written:
        """A number as it is put into a formula; zeros at its end are left out."""
        return _number(value, self.digits, True)

    def equation(self, formula: Written, value: float, inner: bool = False) -> Equation:
        """A formula with the true value that it stands for; inner: the result is used again, with as many digits."""
        most = max(self.most, self.digits) if inner else self.most
        exact = _number(value, most, True)
        if max(abs(exact.value - value), abs(exact.value - formula.value)) <= 1e-12 * (abs(value) or 1.0):
            return Equation(formula, exact)
        for digits in range(most, 0, -1) if value else ():
            result = _number(value, digits, False)
            if abs(formula.value - result.value) <= half_a_unit(result.text) * (1 + 1e-9):
                self.fewest = self.fewest if inner else min(self.fewest, digits)
                return Equation(formula, result)
        self.fewest = 0
        return Equation(formula, _number(value, self.most, False), "≈")


def come_out(work: Callable[[Sheet], Result], brief: bool = False) -> Result:
    """What ``work`` makes on the sheet with the fewest digits on which every result has enough of them.

    Where there is none, it is the sheet on which the shortest result has the most.
    """
    best: tuple[int, Result] | None = None
    for digits in _DIGITS if brief else _DIGITS[1:]:
        sheet = Sheet(digits, _MOST - brief)
        result = work(sheet)
        if best is None or sheet.fewest > best[0]:
            best = sheet.fewest, result
        if sheet.fewest >= sheet.most - 1:
            break
    assert best is not None
    return best[1]


def significant(value: float, digits: int, *, short: bool = False) -> str:
    """A finite number to so many significant digits; short: without zeros at its end."""
    if value == 0:
        return "0"
    sign, size = "−" if value < 0 else "", abs(value)
    mantissa, exponent = f"{size:.{digits - 1}e}".split("e")
    power = int(exponent)
    text = f"{size:.{max(0, digits - 1 - power)}f}" if -4 <= power < digits else mantissa
    if short and "." in text:
        text = text.rstrip("0").rstrip(".")
    if -4 <= power < digits:
        return sign + (text[1:] if text.startswith("0.") else text)
    return f"{sign}{text}e{str(power).replace('-', '−')}"


def shown_value(text: str) -> float:
    """The number that a text shows; raises ValueError for a text that is none."""
    return float(text.replace("−", "-"))


def half_a_unit(text: str) -> float:
    """Half a unit of a number's last digit."""
    mantissa, _, power = text.partition("e")
    return 0.5 * 10.0 ** (int(power.replace("−", "-") or 0) - len(mantissa.partition(".")[2]))


@lru_cache(maxsize=1024)
def _number(value: float, digits: int, short: bool) -> Written:
    text = significant(value, digits, short=short)
    return Written(text, shown_value(text))
