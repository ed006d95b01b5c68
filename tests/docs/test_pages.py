"""The pages: examples run, command lines parse, links and paths lead somewhere."""

import pkgutil
import re
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest

import lsexplorer as ls
from lsexplorer.cli.app import cli
from tests.support.pages import PAGES, ROOT, command_lines, named_hosts, page_id, python_blocks


@pytest.mark.parametrize("page", [page for page in PAGES if python_blocks(page)], ids=page_id)
def test_examples_in_python_run(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for block in python_blocks(page):
        exec(compile(block, str(page), "exec"), {})


@pytest.mark.parametrize("page", [page for page in PAGES if command_lines(page)], ids=page_id)
def test_command_lines_are_understood(page: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in cli.commands.values():
        monkeypatch.setattr(command, "callback", lambda **given: "understood")
    for line in command_lines(page):
        assert cli.main(shlex.split(line, comments=True)[1:], "lsexplorer", standalone_mode=False) == "understood", line


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_links_lead_to_files(page: Path) -> None:
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in links:
        path = link.partition("#")[0]
        if path and "://" not in path:
            assert (page.parent / path).exists(), link


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_no_mark_of_a_merge_is_left(page: Path) -> None:
    assert not re.search(r"^(<{7}|={7}$|>{7})", page.read_text(encoding="utf-8"), re.MULTILINE)


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_paths_that_are_named_exist(page: Path) -> None:
    named = re.findall(r"`((?:lsexplorer|tests|docs|benchmarks|\.github|\.ci)/[\w./<>*-]*)`", page.read_text("utf-8"))
    for path in named:
        assert any(ROOT.glob(path.rstrip("/"))), path


@pytest.mark.parametrize("page", PAGES, ids=page_id)
def test_benchmarks_that_are_named_exist(page: Path) -> None:
    for module in re.findall(r"python -m (benchmarks\.\w+)", page.read_text(encoding="utf-8")):
        assert find_spec(module) is not None, module


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "api").glob("*.md")), ids=page_id)
def test_names_of_the_reference_exist_and_have_docstrings(page: Path) -> None:
    names = re.findall(r"^::: (\S+)$", page.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert names
    for name in names:
        assert getattr(pkgutil.resolve_name(name), "__doc__", None), name


def test_every_public_name_is_in_the_reference() -> None:
    pages = [page.read_text(encoding="utf-8") for page in (ROOT / "docs" / "api").glob("*.md")]
    for name in ls.__all__:
        assert any(f"::: lsexplorer.{name}\n" in page for page in pages), name


def test_every_page_is_in_the_navigation() -> None:
    in_navigation = re.findall(r"[\w/-]+\.md", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    pages = [page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md")]
    assert sorted(in_navigation) == sorted(pages)


@pytest.mark.parametrize("picture", sorted((ROOT / "assets").glob("*.svg")), ids=page_id)
def test_pictures_name_no_other_host(picture: Path) -> None:
    assert named_hosts(picture.read_text(encoding="utf-8")) == set()


def test_an_address_is_seen_in_a_picture() -> None:
    font = 'url("https://fonts.example/a.woff2") xmlns="http://www.w3.org/2000/svg" href=\'//b.example/c\''
    assert named_hosts(font) == {"https://fonts.example/a.woff2", "//b.example/c"}
