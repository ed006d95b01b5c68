"""The pages that people read, and what stands in them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "RELEASING.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]


def page_id(page: Path) -> str:
    """A page's name in the list of tests."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[str]:
    """What stands in a page's fences of a language."""
    text = page.read_text(encoding="utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


def python_blocks(page: Path) -> list[str]:
    """A page's examples in Python."""
    return blocks(page, "python")


def command_lines(page: Path) -> list[str]:
    """The calls of `lsexplorer` in a page's shell fences."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    return [line for line in lines if line.startswith("lsexplorer ")]


def named_hosts(text: str) -> set[str]:
    """The addresses in a picture or a page, but for that which says what SVG is."""
    return set(re.findall(r"(?:https?:)?//[^\s\"'<>)]+", text)) - {"http://www.w3.org/2000/svg"}
