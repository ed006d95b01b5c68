"""The README: short, and all that it shows can be done."""

import re

import pytest

from tests.support.command import run
from tests.support.pages import ROOT, blocks, command_lines, python_blocks

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_is_short_and_begins_with_the_screen() -> None:
    lines = README.splitlines()
    assert len(lines) <= 120
    assert lines[2].startswith("![The explorer")


def test_the_readme_has_the_two_commands() -> None:
    assert "python3 -m venv .venv && .venv/bin/pip install -q . && .venv/bin/lsexplorer\n" in README
    assert "python3 -m venv .venv && .venv/bin/pip install -q -e '.[test]' && .venv/bin/pytest\n" in README


def test_the_readme_shows_at_most_ten_lines_of_python() -> None:
    (block,) = python_blocks(ROOT / "README.md")
    assert len([line for line in block.splitlines() if line and not line.startswith("import")]) <= 10


@pytest.mark.slow
def test_the_verdict_is_what_the_command_prints() -> None:
    """Words and numbers; the last digits of a number may differ where NumPy multiplies in another order."""
    verdict = " ".join(blocks(ROOT / "README.md", "text")[0].split())
    command = command_lines(ROOT / "README.md")[0].split()
    code, out, _ = run(*command[1:])
    assert code == 0
    number = r"[-+]?\d*\.\d+"
    printed = " ".join(out.split()).partition(" iris · ")[0]
    assert re.sub(number, "#", printed) == re.sub(number, "#", verdict)
    assert [*map(float, re.findall(number, printed))] == pytest.approx(
        [*map(float, re.findall(number, verdict))], rel=0.05
    )
