"""The manual pages: one for each command, with all its options, that man reads without a complaint."""

import runpy
import shutil
import subprocess
from pathlib import Path

import click
import pytest

from lsexplorer.cli.app import COMMANDS, cli
from tests.support.pages import ROOT

MAKE_MAN = runpy.run_path(str(ROOT / "docs" / "make_man.py"))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    written: list[Path] = MAKE_MAN["write"](tmp_path_factory.mktemp("man"))
    return written


def test_every_command_has_a_page_with_its_options(pages: list[Path]) -> None:
    assert [page.name for page in pages] == ["lsexplorer.1", *(f"lsexplorer-{name}.1" for name in COMMANDS)]
    for page, command in zip(pages[1:], cli.commands.values(), strict=True):
        text = page.read_text(encoding="utf-8").replace("\\-", "-")
        options = [param for param in command.params if isinstance(param, click.Option) and not param.hidden]
        assert options or page.name == "lsexplorer-completion.1"
        for option in options:
            assert option.opts[0] in text, (page.name, option.opts)
        assert "..." not in text.partition("SYNOPSIS")[0], "its name is cut off"


def test_nothing_is_an_instruction_to_roff() -> None:
    assert MAKE_MAN["roff"](".a\n'b\nc \\d") == "\\&.a\n\\&'b\nc \\ed"


@pytest.mark.skipif(shutil.which("man") is None, reason="there is no man")
@pytest.mark.parametrize("at", [0, 1 + list(COMMANDS).index("export")])
def test_man_reads_a_page(pages: list[Path], at: int) -> None:
    done = subprocess.run(["man", "--warnings=w", "-l", pages[at]], capture_output=True, text=True, check=True)
    assert done.stderr == ""
    assert ("EXIT STATUS" in done.stdout) == (at == 0)
    assert "SYNOPSIS" in done.stdout
