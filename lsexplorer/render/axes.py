"""The axes of a chart: where a value stands, and the round numbers that are written beside it."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

HUGE = 1e300
"""Values beyond this are not drawn: their differences would overflow."""
_WHOLE_DIGITS, _DIGITS = 7, 5
"""Longer numbers, of steps and of values, are written with an exponent."""
_SMALLEST = -4
"""The smallest power of ten that is written without an exponent."""


class Tick(NamedTuple):
    """A round number on an axis."""

    value: float
    label: str


Fits = Callable[[Sequence[Tick]], bool]
_Numbers = Sequence[tuple[int, int]]
"""Digits and a power of ten for each number."""


@dataclass(frozen=True)
class Axis:
    """From a low to a high value, both of them on the axis."""

    low: float
    high: float
    log: bool = False
    whole: bool = False
    """Whether its values are whole numbers, as steps are."""
    percent: bool = False
    """Whether shares are written in per cent."""

    @classmethod
    def over(cls, values: NDArray[np.float64], *, log: bool, whole: bool = False, percent: bool = False) -> "Axis":
        """The axis that holds values (m,), m ≥ 1, all of which it can show; one alone gets some room around it."""
        low, high = float(values.min()), float(values.max())
        if high - low <= 1e-12 * max(abs(low), abs(high)):
            if whole:
                high = low + 1
            elif log:
                low, high = low / 2, high * 2
            else:
                margin = abs(low) / 10 or 1.0
                low, high = low - margin, high + margin
        return cls(low, high, log, whole, percent)

    def can_show(self, values: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Which of the values (m,) are finite, and positive where the axis is logarithmic."""
        return shown_on(values, self.log)

    def place(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where values (m,) stand, from 0 at the low end to 1 at the high one; NaN where they cannot be shown."""
        values = np.where(self.can_show(values), values, math.nan)
        if self.log:
            return np.log(values / self.low) / math.log(self.high / self.low)
        return (values - self.low) / (self.high - self.low)

    def place_of(self, value: float) -> float:
        """The same of a single value that can be shown."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)

    def ticks(self, most: int, fits: Fits = bool) -> Sequence[Tick]:
        """The densest round numbers that fit, at most so many: multiples of 1, 2 or 5 × 10ⁿ, or powers of ten."""
        numbers = chain(self._decades(), () if self.log and self.high / self.low >= 100 else self._steps())
        candidates = (self._on_axis(pairs) for pairs in numbers if len(pairs) <= most + 2)
        return next((ticks for ticks in candidates if 1 < len(ticks) <= most and fits(ticks)), ())

    def _decades(self) -> Iterator[_Numbers]:
        """Of a logarithmic axis: 1, 2 and 5 times the powers of ten, then fewer and fewer of these."""
        if not self.log:
            return
        first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
        for factors, apart in (((1, 2, 5), 1), ((1,), 1), *(((1,), step) for step in (2, 5, 10, 20, 50, 100))):
            yield [(factor, power) for power in range(first, last + 1) if power % apart == 0 for factor in factors]

    def _steps(self) -> Iterator[_Numbers]:
        """Multiples of 1, 2 or 5 times a power of ten, the densest first."""
        power = math.floor(math.log10(self.high - self.low)) - 1
        for exponent in range(power, power + 4):
            for factor in (1, 2, 5):
                step = factor * 10.0**exponent
                if self.whole and step < 1:
                    continue
                first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
                yield [(count * factor, exponent) for count in range(first, last + 1)]

    def _on_axis(self, numbers: _Numbers) -> list[Tick]:
        """The ticks among numbers that lie on the axis."""
        tolerance = 1e-9 * (self.high - self.low)
        values = [float(f"{digits}e{power}") for digits, power in numbers]
        return [
            Tick(value, self._label(*number))
            for value, number in zip(values, numbers, strict=True)
            if self.low - tolerance <= value <= self.high + tolerance and (value > 0 or not self.log)
        ]

    def _label(self, digits: int, power: int) -> str:
        """A number as text: 12,000, .05, 80%, 2e9."""
        if digits == 0:
            return "0%" if self.percent else "0"
        sign, text = "−" if digits < 0 else "", str(abs(digits))
        if self.percent:
            return f"{sign}{abs(digits) * 10.0 ** (power + 2):.{max(0, -power - 2)}f}%"
        magnitude = len(text) + power - 1
        if magnitude >= (_WHOLE_DIGITS if self.whole else _DIGITS) or min(power, magnitude) < _SMALLEST:
            mantissa = text.rstrip("0")
            point = "." if len(mantissa) > 1 else ""
            return f"{sign}{mantissa[0]}{point}{mantissa[1:]}e{magnitude}".replace("e-", "e−")
        fixed = f"{abs(digits) * 10.0**power:,.{max(0, -power)}f}"
        return sign + (fixed[1:] if fixed.startswith("0.") else fixed)


def shown_on(values: NDArray[np.float64], log: bool) -> NDArray[np.bool_]:
    """Which of the values (m,) an axis can show."""
    good = np.abs(values) <= HUGE
    return good & (values > 0) if log else good
