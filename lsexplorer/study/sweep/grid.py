"""The grid of a sweep: which hyperparameters take which values."""

import itertools
import math
from collections.abc import Mapping, Sequence

import numpy as np

from lsexplorer.bank.bank import OWN
from lsexplorer.errors import InputError
from lsexplorer.run.hyperparameters import Hyperparameters, parse, show

VARIED = tuple(name for name in OWN if name != "seed")
"""The hyperparameters that a sweep can vary: those in which networks of a bank may differ, except the seed."""
MAX_POINTS = 100_000
"""Points of a grid at most."""
_FORMS = "NAME=LOW:HIGH:STEP, NAME=LOW:HIGH:logN or NAME=V,V,…"


def parse_vary(text: str) -> tuple[str, tuple[float, ...]]:
    """A hyperparameter and its values, from text such as "l2=0:0.5:0.05", "l2=1e-5:1e-1:log9" or "l2=0,0.001".

    A range includes its upper end where the steps meet it; logN gives N values in equal ratios. Raises InputError for
    any other text, a range whose ends are the wrong way round, and values that the hyperparameter cannot take.
    """
    name, equals, values = text.partition("=")
    name = name.strip().replace("-", "_")
    if not equals or name not in VARIED:
        raise InputError(f"--vary takes {_FORMS}, with NAME one of {', '.join(VARIED)}; got '{text}'")
    try:
        numbers = _range(values) if ":" in values else [float(part) for part in values.split(",")]
    except InputError:
        raise
    except (ValueError, OverflowError):
        raise InputError(f"--vary {name} takes {_FORMS}; got '{text}'") from None
    checked = tuple(parse(name, repr(value)) for value in numbers)
    if len(set(checked)) < len(checked):
        raise InputError(f"--vary {name} has a value twice: '{text}'")
    return name, checked


def _range(text: str) -> list[float]:
    low_text, high_text, step_text = text.split(":")
    low, high = float(low_text), float(high_text)
    if not low < high:
        raise InputError(f"a range must go from a smaller to a larger number, got {low_text}:{high_text}")
    if step_text.startswith("log"):
        count = int(step_text[3:])
        if low <= 0 or count < 2:
            raise InputError(f"a range in equal ratios needs ends above 0 and two values or more, got '{text}'")
        _check_count(count)
        return [float(f"{value:.6g}") for value in np.geomspace(low, high, count)]
    step = float(step_text)
    if not step > 0:
        raise InputError(f"a range's step must be above 0, got '{step_text}'")
    steps = math.floor((high - low) / step + 1e-9)
    _check_count(steps + 1)
    return [float(f"{low + i * step:.12g}") for i in range(steps + 1)]


def _check_count(count: int) -> None:
    if count > MAX_POINTS:
        raise InputError(f"a sweep has at most {MAX_POINTS:,} points, got {count:,}")


def grid_points(base: Hyperparameters, varied: Mapping[str, Sequence[float]]) -> tuple[tuple[float, ...], ...]:
    """Every combination of the values, the last name's changing fastest; raises InputError for an impossible one."""
    _check_count(math.prod(len(values) for values in varied.values()))
    points = tuple(itertools.product(*varied.values()))
    for point in points:
        base.replace(**dict(zip(varied, point, strict=True)))
    return points


def point_text(names: Sequence[str], point: Sequence[float]) -> str:
    """A point of the grid in words: "label_smoothing 0.1, l2 0.001"."""
    return ", ".join(f"{name} {show(name, value)}" for name, value in zip(names, point, strict=True))
