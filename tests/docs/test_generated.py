"""The parts of the site that are made from the code: nothing is left out."""

import re
import sys
from importlib import import_module
from types import ModuleType

import pytest

from lsexplorer.cli.app import cli
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run.hyperparameters import schema
from lsexplorer.tui.help import screens
from tests.support.pages import PAGES, ROOT


@pytest.fixture(scope="module")
def generate() -> ModuleType:
    """The hook, which MkDocs loads by its path."""
    sys.path.insert(0, str(ROOT / "docs"))
    try:
        return import_module("generate")
    finally:
        sys.path.remove(str(ROOT / "docs"))


def test_every_page_asks_for_parts_that_there_are_and_every_part_is_asked_for(generate: ModuleType) -> None:
    asked = [name for page in PAGES for name in generate.MARK.findall(page.read_text(encoding="utf-8"))]
    assert sorted(asked) == sorted(generate.PARTS)


def test_every_key_and_every_column_of_every_screen_is_explained(generate: ModuleType) -> None:
    keys, columns = generate.keys(), generate.columns()
    for screen in screens():
        for command in screen.commands:
            assert generate.cell(command.help) in keys
        for table in screen.help_page.columns.values():
            for column in table.values():
                assert generate.cell(column.help) in columns
    assert "<code>?</code>" in keys


def test_every_command_and_option_is_explained(generate: ModuleType) -> None:
    page = generate.command_line()
    assert {"explore", "train", "match", "completion"} <= set(cli.commands)
    for name, command in cli.commands.items():
        assert f"## lsexplorer {name}\n" in page
        for param in command.params:
            for flag in [option for option in param.opts if option.startswith("--")]:
                assert flag in page


def test_every_hyperparameter_is_explained(generate: ModuleType) -> None:
    page = generate.hyperparameters()
    for entry in schema():
        assert f"| <code>{generate.cell(entry.name)}</code> |" in page
        assert generate.cell(entry.help) in page


def test_every_loss_is_explained(generate: ModuleType) -> None:
    page = generate.losses()
    for name, loss in LOSSES.items():
        assert page.count(f"<code>{generate.cell(name)}</code>") == len(loss.outputs)


def test_every_regulariser_is_explained(generate: ModuleType) -> None:
    page = generate.regularizers()
    for entry in REGULARIZERS.values():
        assert f"| <code>{generate.cell(entry.name)}</code> | {generate.cell(entry.help)} |" in page
        assert generate.acts_on(entry)


def test_text_that_looks_like_markup_is_shown_as_it_is(generate: ModuleType) -> None:
    assert generate.cell("λΣ|w| [5] *so* `a_b`") == "λΣ&#124;w&#124; &#91;5&#93; &#42;so&#42; <code>a&#95;b</code>"


def test_every_arrow_between_rooms_leads_down(generate: ModuleType) -> None:
    rooms = sys.modules["make_rooms"]
    level = {room: at for at, layer in enumerate(rooms.layers()) for room in layer}
    for importer, imported in rooms.arrows():
        if importer in level and imported in level:
            assert level[importer] < level[imported]
    assert set(level) <= set(re.findall(r"`(\w+)`", rooms.rooms_table()))


def test_every_room_says_what_it_is_for(generate: ModuleType) -> None:
    rooms = sys.modules["make_rooms"]
    assert all(rooms.purpose(room) for layer in rooms.layers() for room in layer)


def test_a_page_that_loads_from_another_host_is_refused(generate: ModuleType) -> None:
    class Page:
        class file:  # noqa: N801
            src_uri = "x.md"

    assert generate.on_post_page('<a href="https://example.org">', Page()) == '<a href="https://example.org">'
    with pytest.raises(ValueError, match="another host"):
        generate.on_post_page('<script src="https://example.org/x.js">', Page())
