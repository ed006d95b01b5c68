"""The image: it takes what it needs and nothing else, runs as nobody, and its command is one that there is."""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest

from lsexplorer.cli.app import cli
from tests.support.pages import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")
LINES = [line.split(maxsplit=1) for line in DOCKERFILE.splitlines() if line and not line.startswith("#")]


def arguments(instruction: str) -> list[str]:
    return [rest for name, rest in LINES if name == instruction]


def is_sent(path: str) -> bool:
    """Whether .dockerignore lets a path at the top go to the builder: the last pattern that fits decides."""
    sent = True
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#") and fnmatch(path, line.removeprefix("!")):
            sent = line.startswith("!")
    return sent


def copied() -> Iterator[str]:
    for line in arguments("COPY"):
        if not line.startswith("--from"):
            yield from line.split()[:-1]


def test_what_is_copied_is_there_and_all_that_is_sent() -> None:
    paths = set(copied())
    assert "lsexplorer" in paths
    assert all((ROOT / path).exists() for path in paths)
    assert {path.name for path in ROOT.iterdir() if is_sent(path.name)} == paths


def test_it_can_be_built_from_what_is_copied() -> None:
    """What the build reads: the package, the README and the licences."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    read = set(re.findall(r'path = "([\w.]+)"', project)) | {"LICENSE", "pyproject.toml", "lsexplorer"}
    assert read <= set(copied())


def test_it_runs_as_nobody() -> None:
    assert [name for name, _ in LINES][-1] == "CMD"
    last_stage = LINES[max(i for i, (name, _) in enumerate(LINES) if name == "FROM") :]
    assert [rest for name, rest in last_stage if name == "USER"] == ["nobody"]
    assert "RUN" not in [name for name, _ in last_stage], "what runs as root stays in the first stage"


def test_its_command_is_one_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    (program,), command = (json.loads(arguments(name)[0]) for name in ("ENTRYPOINT", "CMD"))
    given = {}
    monkeypatch.setattr(cli.commands["serve"], "callback", lambda **options: given.update(options))
    cli.main(command, program, standalone_mode=False)
    assert (program, given["host"]) == ("lsexplorer", "0.0.0.0")
    assert arguments("EXPOSE") == [str(given["port"])]
