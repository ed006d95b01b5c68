"""Files that are read: run files and the results of a sweep, damaged."""

import contextlib
import json
import math
import warnings
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from hypothesis import strategies as st

import lsexplorer as ls
from lsexplorer.errors import DivergenceError
from lsexplorer.study.sweep.results import Grid, Results
from lsexplorer.study.sweep.sweeping import MEASURES
from tests.support.fuzz.harness import folder, line
from tests.support.helpers import edit, flat, same_bits, trainer

PIECES = [b",", b'"', b"\n", b"#", b"  # x", b"NA", b"inf", b"1e400", b"_", b"\r", b";", b"\t", b"-", b"target:",
          b"\0", b"\xff", b"\xef\xbb\xbf", b"'", b"|", b"0", b"9" * 400, b"[", b"]", b"{", b"}", b"null",
          b"# ", b"sep=;\n", b"\xff\xfe"]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """One of the valid files with up to six changes: bytes turned, cut out, put in, repeated, or the end cut off."""
    content = bytearray(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, max(len(content) - 1, 0)))
        kind = draw(st.integers(0, 4))
        if kind == 0:
            content[at : at + 1] = draw(st.binary(min_size=1, max_size=2))
        elif kind == 1:
            del content[at : at + draw(st.sampled_from([1, 3, 30]))]
        elif kind == 2:
            content[at:at] = draw(st.sampled_from(PIECES))
        elif kind == 3:
            content[at:at] = content[at : at + draw(st.sampled_from([5, 50, 500]))]
        elif draw(st.booleans()):
            del content[at:]
    return bytes(content)


# Run files


def run_files() -> list[bytes]:
    """Run files with events, edits and settings of all kinds."""
    iris, files = ls.load_dataset("iris", label_noise=0.1, seed=2), []
    for more in (
        {"hidden": (2,)},
        {"hidden": (3, 2), "optimizer": "adam", "learning_rate": 0.01, "soft_targets": 0.9},
        {"hidden": (), "output": "sigmoid", "loss": "mse", "momentum": 0.9, "nesterov": True},
    ):
        t = trainer(iris, **more)
        t.step(3)
        t.set(l2=0.1)
        t.step()
        edit(t)
        t.step(2)
        with folder():
            t.save("run.json")
            files.append(Path("run.json").read_bytes())
    return files


numbers = st.sampled_from([0, 1, -1, 2, 7, 0.5, 1e-300, 1e300, 1e400, 2**53, 2**63, 10**8, 10**9, 10**40, 4096])
values = st.recursive(
    st.none() | st.booleans() | numbers | st.floats() | st.text(max_size=8) | st.sampled_from(["iris", "mse", "adam"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    pairs = list(value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ())
    for key, inner in pairs:
        yield value, key
        yield from places(inner)


@st.composite
def mutated_json(draw: st.DrawFn, originals: Sequence[bytes]) -> bytes:
    """One of the valid files with up to four values replaced, removed, or copied from elsewhere in it."""
    content = json.loads(draw(st.sampled_from(originals)))
    for _ in range(draw(st.integers(1, 4))):
        found = list(places(content))
        container, key = found[draw(st.integers(0, len(found) - 1))]
        kind = draw(st.integers(0, 3))
        if kind == 0:
            del container[key]
        elif kind == 1:
            other, at = found[draw(st.integers(0, len(found) - 1))]
            with contextlib.suppress(LookupError):  # it was removed
                container[key] = json.loads(json.dumps(other[at]))
        else:
            container[key] = draw(values)
    return json.dumps(content).encode("utf-8", "surrogatepass")


def open_run(content: bytes) -> bool:
    """A run file: refused, or a run that goes on, and is the same when it is saved and opened again."""
    with folder(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        path = Path("run.json")
        path.write_bytes(content)
        try:
            t = ls.load_run(path, max_seconds=1)
        except ls.InputError as error:
            return line(error)
        with contextlib.suppress(DivergenceError):
            t.step()
        t.save("again.json")
        assert same_bits(flat(ls.load_run("again.json")), flat(t))
    return True


# The results of a sweep

GRID = Grid(("label_smoothing", "l2"), tuple(product((0.0, 0.1, 0.3), (0.0, 1e-3, 0.3))), tuple(range(100)))
SWEEP = ("0123456789ab", GRID, MEASURES)


def sweep_files() -> list[bytes]:
    """Files of results, as a sweep writes them."""
    with folder():
        results = Results(Path("r.csv"), *SWEEP)
        results.add([(((0.1, 0.0), s), [0.5] * len(MEASURES)) for s in range(3)], "NumPy 2")
        results.add([(((0.0, 1e-3), 7), [math.nan] * len(MEASURES))], "NumPy 1")
        return [Path("r.csv").read_bytes()]


def resume_sweep(content: bytes) -> bool:
    """A file of results: refused and left alone, or rows to which others can be added."""
    with folder():
        path = Path("r.csv")
        path.write_bytes(content)
        try:
            results = Results(path, *SWEEP)
        except ls.InputError as error:
            assert path.read_bytes() == content
            return line(error)
        before = results.known.sum()
        is_new = not results.known[-1, -1]
        results.add([(((0.3, 0.3), 99), [1.0] * len(MEASURES))], "")
        again = Results(path, *SWEEP)
        assert again.known.sum() == before + is_new
        assert np.array_equal(again.values[again.known], results.values[results.known], equal_nan=True)
    return True
