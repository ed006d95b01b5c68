"""A match in parts: each a process of its own would write, and together the verdict of one run, bit for bit."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.reports.match_all import matches_result
from lsexplorer.study.jobs.parts import Part, parse_part
from lsexplorer.study.match.parts import VERSION, match_from, match_part
from tests.support.command import run
from tests.support.helpers import slow

HP = ls.Hyperparameters(hidden=(3,), learning_rate=0.1)
OPTIONS: dict[str, Any] = {
    "label_smoothing": 0.1,
    "criterion": "logit_gap",
    "all_criteria": False,
    "seeds": 4,
    "splits": 3,
    "epochs": 3,
    "low": 1e-4,
    "high": 0.1,
    "margins": None,
}


def bits(matches: ls.Matches) -> bytes:
    """All that a report says but the seconds; equal where every number is, to the last bit."""
    found = matches_result(matches)
    for match in found["remedies"].values():
        del match["seconds"]
    return msgspec.json.encode(found)


@pytest.fixture(scope="module")
def parts(iris: ls.Dataset, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("parts")
    files = [folder / f"part-{k}" for k in (1, 2)]
    for k, file in enumerate(files, 1):
        match_part(iris, HP, Part(k, 2), file, remedies=["l2"], **OPTIONS)
    return files


def together(data: ls.Dataset, files: list[Path], **changes: Any) -> ls.Matches:
    return match_from(data, HP, list(map(str, files)), **({"remedies": ["l2"], **OPTIONS} | changes))[0]


def test_the_verdict_is_that_of_one_run_bit_for_bit(iris: ls.Dataset, parts: list[Path]) -> None:
    one_run = ls.match_all(iris, HP, remedies=["l2"], **OPTIONS)
    assert any(match.matchings["logit_gap"].findings for match in one_run.matches.values())
    found, note = match_from(iris, HP, [str(parts[1]), str(parts[0].parent / "part-*")], remedies=["l2"], **OPTIONS)
    assert bits(found) == bits(one_run)
    assert note == ""


@pytest.mark.parametrize("rows_are_the_sample", [slow(False), slow(True)])
def test_the_same_with_processes_and_on_one_split(rows_are_the_sample: bool, tmp_path: Path) -> None:
    data = replace(ls.load_dataset("digits"), came_split=rows_are_the_sample)
    options = OPTIONS | {"splits": 1, "remedies": ["l2", "temperature"], "low": None, "high": None}
    files = [tmp_path / f"part-{k}" for k in (1, 2, 3)]
    for k, file in enumerate(files, 1):
        match_part(data, HP, Part(k, 3), file, workers=2, **options)
    one_run = ls.match_all(data, HP, **options)
    assert bits(match_from(data, HP, [str(file) for file in files], **options)[0]) == bits(one_run)


def test_parts_that_do_not_fit_together_are_one_line(iris: ls.Dataset, parts: list[Path], tmp_path: Path) -> None:
    def refused(words: str, files: list[Path], **changes: Any) -> None:
        with pytest.raises(ls.InputError, match=words):
            together(iris, files, **changes)

    refused(r"of 2 parts 1 are missing: 2", parts[:1])
    refused(r"part-1 is of another match \(data, network", parts, seeds=5)
    refused(r"part-1 is of another match \(data, network", parts, precision="float32")
    refused(r"no file is called 'nothing-\*'", [Path("nothing-*")])
    copy = tmp_path / "copy"
    copy.write_bytes(parts[0].read_bytes())
    refused(r"copy and .*part-1 are both part 1/2", [*parts, copy])
    foreign = tmp_path / "foreign"
    with open(foreign, "wb") as file:
        np.savez(file, about=np.array([1.0]))
    refused(r"foreign is no part of a match: `match --part K/N --out FILE` writes one", [foreign])
    arrays = dict(np.load(parts[1], allow_pickle=False))
    for name, changes, words in (
        ("other", {"recipe": np.array([arrays["recipe"][0], "0", "NumPy 0"])}, "other found other strengths than"),
        ("three", {"about": np.array([VERSION, 2, 3, 3])}, "three is part 2/3, and .*part-1 is part 1/2"),
    ):
        with open(tmp_path / name, "wb") as file:
            np.savez(file, **arrays | changes)
        refused(words, [parts[0], tmp_path / name])
    damaged = {name: values for name, values in arrays.items() if not name.endswith("/logits/")}
    with open(tmp_path / "damaged", "wb") as file:
        np.savez(file, **damaged)
    refused("damaged is damaged: make it anew", [parts[0], tmp_path / "damaged"])


@pytest.mark.parametrize("text", ["3", "0/2", "3/2", "a/b", "1/2/3", "1/99999", ""])
def test_what_is_no_part(text: str) -> None:
    with pytest.raises(ls.InputError, match="--part must be K/N, one part of N, such as 3/20, got"):
        parse_part(text)


def test_more_parts_than_jobs_are_refused() -> None:
    with pytest.raises(ls.InputError, match=r"the work has 3 jobs, too few for 4 parts: give --part K/3 or fewer"):
        Part(1, 4).share(3)


QUICK = ("match", "--epochs", "2", "--seeds", "3", "--splits", "3", "--hidden", "2", "--cores", "0")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--part", "1/2"), "--part writes to a file of its own: give --out"),
        (("--out", "x"), "--out goes with --part"),
        (("--part", "1/2", "--out", "x", "--json"), "a part has no report"),
        (("--part", "1/2", "--from", "x"), "--from reads what was trained: leave out --part"),
        (("--from", "nothing-*"), "no file is called 'nothing-*'"),
        (("--part", "2", "--out", "x"), "--part must be K/N"),
    ],
)
def test_bad_options_are_one_line(arguments: tuple[str, ...], words: str) -> None:
    status, out, err = run(*QUICK, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert words in err


def test_the_command(tmp_path: Path) -> None:
    for k in (1, 2):
        status, out, err = run(*QUICK, "--part", f"{k}/2", "--out", tmp_path / f"part-{k}")
        assert (status, out) == (0, "")
        assert err.startswith(f"part {k}/2: ")
    joined, alone = run(*QUICK, "--from", tmp_path / "part-*"), run(*QUICK)
    assert joined[0] == alone[0] == 0
    assert [line for line in joined[1].splitlines() if " networks of " not in line] == [
        line for line in alone[1].splitlines() if " networks of " not in line
    ]
