"""A match whose evaluation is shared out: each part is run apart and writes a file, and all files give the verdict.

Every part makes the whole search, which is the same everywhere, and measures its share of the evaluation's jobs. What
jobs return is all that a match computes with, so that the same jobs read from files give the same verdict bit for bit.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lsexplorer.bank.compiled import bank_libraries
from lsexplorer.data import Dataset
from lsexplorer.data.files import check_file, label, shown
from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.run.hyperparameters import Hyperparameters
from lsexplorer.study.jobs.arms import ArmsTask
from lsexplorer.study.jobs.executors import Heartbeat, Progress, open_executor
from lsexplorer.study.jobs.parts import Part, part_files
from lsexplorer.study.jobs.splits import Splits
from lsexplorer.study.match.matching import Matches, answer, plans_of
from lsexplorer.study.match.plan import Plan
from lsexplorer.study.match.running import BankNetworks, Run, most_networks
from lsexplorer.study.measures import Measured

VERSION = 2
_Task = ArmsTask[Hyperparameters]


class PartWritten(NamedTuple):
    """What one part did."""

    part: Part
    networks: int
    """Networks trained, those of the search among them."""


def match_part(
    data: Dataset,
    hp: Hyperparameters | None,
    part: Part,
    path: Path,
    *,
    workers: int | str | None = None,
    progress: Progress | None = None,
    **options: Any,
) -> PartWritten:
    """Do a part of `match_all`, whose options these are, and write what it measured to a file."""
    plans, _ = plans_of(data, hp, **options)
    with open_executor(workers, Splits(data, plans[0].validation, plans[0].plain.seed)) as executor:
        recording = _Recording(BankNetworks(data, plans[0], executor), part)
        run = Run(plans, recording, progress)
        run.run()
    arrays = recording.arrays | {
        "about": np.array([VERSION, *part, recording.jobs]),
        "recipe": np.array([_recipe(data, plans), recording.digest, bank_libraries()]),
        "seconds": np.array([run.seconds[name] for name in ("search", "evaluation")]),
    }
    with written(path) as file:
        np.savez(file, **arrays)
    return PartWritten(part, run.networks)


def match_from(
    data: Dataset, hp: Hyperparameters | None, patterns: Sequence[str], **options: Any
) -> tuple[Matches, str]:
    """The result of `match_all`, whose options these are, from the files of all parts, and a note or ''.

    patterns: names of files, or patterns such as 'part-*'. Raises InputError for files that are not the parts of this
    match, and where one is missing.
    """
    plans, left_out = plans_of(data, hp, **options)
    with ExitStack() as stack:
        files = [_PartFile(path, stack) for path in part_files(patterns)]
        _check_together(files, _recipe(data, plans))
        run = Run(plans, _Replay(files, most_networks(data, plans[0].plain)), None)
        run.run()
        run.seconds = {
            name: float(sum(file["seconds"][i] for file in files)) for i, name in enumerate(("search", "evaluation"))
        }
        computed_with = sorted({file.libraries for file in files})
        several = f"The parts were computed with {' and with '.join(computed_with)}: equal settings may differ in them."
        return answer(data, plans, left_out, run), several if len(computed_with) > 1 else ""


def _recipe(data: Dataset, plans: Sequence[Plan]) -> str:
    """A hash of all that the numbers depend on."""
    parts = [(plan.remedy, plan.smoothing, plan.criteria, plan.low, plan.high, plan.steps) for plan in plans]
    first = plans[0]
    shared = first.plain, first.tuning, first.evaluation, first.splits, first.precision
    return hashlib.sha256(repr((data.digest, shared, parts)).encode()).hexdigest()[:12]


def _digest(tasks: Sequence[_Task]) -> str:
    """A hash of the evaluation's jobs, which hold the strengths that the search found."""
    return hashlib.sha256(repr(tasks).encode()).hexdigest()[:12]


class _Recording:
    """Networks that train a part's share of the evaluation's tasks; what all tasks return is kept, as arrays."""

    def __init__(self, networks: BankNetworks, part: Part) -> None:
        self._networks, self._part, self.most = networks, part, networks.most
        self._calls = 0
        self.arrays: dict[str, Any] = {}
        self.jobs, self.digest = 0, ""

    def criteria(self, tasks: Sequence[_Task], heartbeat: Heartbeat) -> Iterator[tuple[int, dict[str, Array]]]:
        """See Networks."""
        for i, criteria in self._networks.criteria(tasks, heartbeat):
            self.arrays |= {f"search/{self._calls}/{i}/{name}": values for name, values in criteria.items()}
            yield i, criteria
        self._calls += 1

    def measured(self, tasks: Sequence[_Task], heartbeat: Heartbeat) -> Iterator[tuple[int, Measured]]:
        """See Networks."""
        self.jobs, self.digest = len(tasks), _digest(tasks)
        own = self._part.share(len(tasks))
        for i, measured in self._networks.measured([tasks[i] for i in own], heartbeat):
            self.arrays |= _measured_arrays(own[i], measured)
            yield own[i], measured


class _Replay:
    """Networks that were trained already: what was measured of them is read from the files of the parts."""

    def __init__(self, files: Sequence["_PartFile"], most: int) -> None:
        self._files, self._calls, self.most = files, 0, most

    def criteria(self, tasks: Sequence[_Task], heartbeat: Heartbeat) -> Iterator[tuple[int, dict[str, Array]]]:
        """See Networks."""
        for i in range(len(tasks)):
            yield i, self._files[0].group(f"search/{self._calls}/{i}")
        self._calls += 1

    def measured(self, tasks: Sequence[_Task], heartbeat: Heartbeat) -> Iterator[tuple[int, Measured]]:
        """See Networks."""
        if _digest(tasks) != self._files[0].digest:
            raise InputError("the parts are of another version of this match: make them anew")
        owners = {i: file for file in self._files for i in file.part.share(len(tasks))}
        for i in range(len(tasks)):
            yield i, _measured(owners[i], i)


class _PartFile:
    """The file of a part, whose arrays are read when they are needed."""

    def __init__(self, path: Path, stack: ExitStack) -> None:
        """Open it; raises InputError for any other file."""
        check_file(path)
        self.path = path
        try:
            self._arrays = stack.enter_context(np.load(path, allow_pickle=False))
            version, number, of, self.jobs = map(int, self._arrays["about"])
            self.recipe, self.digest, self.libraries = map(str, self._arrays["recipe"])
            self.part = Part(number, of)
            known = version == VERSION and 1 <= number <= of <= self.jobs
            self._groups: dict[str, list[str]] = {}
            for name in self._arrays.files:
                depth = 3 if name.startswith("search/") else 2
                self._groups.setdefault("/".join(name.split("/")[:depth]), []).append(name)
        except Exception:  # whatever a broken archive raises
            known = False
        if not known:
            raise InputError(f"{label(path)} is no part of a match: `match --part K/N --out FILE` writes one")

    def __getitem__(self, name: str) -> Any:
        try:
            return self._arrays[name]
        except Exception:
            raise InputError(f"{label(self.path)} is damaged: make it anew") from None

    def group(self, prefix: str) -> dict[str, Any]:
        """The arrays of a task, search/CALL/TASK or measured/TASK, by the rest of their names."""
        return {name.removeprefix(f"{prefix}/"): self[name] for name in self._groups.get(prefix, ())}


def _check_together(files: Sequence[_PartFile], recipe: str) -> None:
    """Raise InputError, naming the file, unless these are all parts of this match, each once."""
    first, seen = files[0], dict[Part, Path]()
    for file in files:
        if file.recipe != recipe:
            raise InputError(
                f"{label(file.path)} is of another match "
                "(data, network, remedies, seeds, splits, epochs or precision differ)"
            )
        if file.part.of != first.part.of:
            raise InputError(f"{label(file.path)} is part {file.part}, and {label(first.path)} is part {first.part}")
        if file.digest != first.digest:
            raise InputError(
                f"{label(file.path)} found other strengths than {label(first.path)}: they were computed with "
                f"{shown(file.libraries)} and {shown(first.libraries)}; run all parts on machines of one kind"
            )
        if file.part in seen:
            raise InputError(f"{label(file.path)} and {label(seen[file.part])} are both part {file.part}")
        seen[file.part] = file.path
    missing = [str(number) for number in range(1, first.part.of + 1) if Part(number, first.part.of) not in seen]
    if missing:
        names = ", ".join(missing[:20]) + (" …" if len(missing) > 20 else "")
        raise InputError(f"of {first.part.of} parts {len(missing)} are missing: {names}")


def _measured_arrays(job: int, measured: Measured) -> dict[str, Any]:
    by_field = {
        f"{job}/{field}/{name}": value
        for field, values in measured._asdict().items()
        for name, value in (values.items() if isinstance(values, dict) else [("", values)])
    }
    return {f"measured/{name}": value for name, value in by_field.items() if value is not None}


def _measured(file: _PartFile, job: int) -> Measured:
    fields: dict[str, Any] = {"scalars": {}, "without": {}, "log_p": None, "hidden": None}
    for name, values in file.group(f"measured/{job}").items():
        field, _, measure = name.partition("/")
        if measure:
            fields[field][measure] = values
        else:
            fields[field] = values
    try:
        return Measured(**fields)
    except TypeError:
        raise InputError(f"{label(file.path)} is damaged: make it anew") from None
