"""The README: short, and all that it shows can be done."""

from tests.support.pages import ROOT, python_blocks

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
