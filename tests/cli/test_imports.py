"""Nothing is loaded that is not used: the engine loads no screen, and a command loads what it needs alone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from lsexplorer.cli.app import COMMANDS, LazyCommands
from tests.support.helpers import slow

SCREEN = {"textual", "plotext", "rich", "click"}


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    return set(json.loads(ran.stderr.splitlines()[-1]))


def loaded_by_command(*arguments: object) -> Any:
    """The modules that a process of `lsexplorer ARGUMENTS` holds at its end."""
    return loaded_by(
        "import contextlib, sys\n"
        f"sys.argv = {['lsexplorer', *map(str, arguments)]!r}\n"
        "from lsexplorer.cli import main\n"
        "with contextlib.suppress(SystemExit): main()"
    )


USE = "import lsexplorer as ls; t = ls.Trainer(ls.load_dataset('iris')); t.step(); t.deltas(); t.history; t.evaluate()"


def test_the_engine_loads_no_screen() -> None:
    loaded = loaded_by(USE)
    assert {"lsexplorer", "numpy"} <= loaded
    assert loaded.isdisjoint({"msgspec", *SCREEN})  # run files alone need it


def test_importing_the_package_loads_nothing_that_takes_time() -> None:
    """So that the command meets Ctrl-C while NumPy is imported."""
    assert loaded_by("import lsexplorer").isdisjoint({"numpy", "msgspec", *SCREEN})


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_the_list_of_commands_loads_none_of_them(option: str) -> None:
    assert loaded_by_command(option).isdisjoint({"numpy", "msgspec", "textual", "plotext"})


def test_the_list_of_commands_has_the_first_line_of_each_ones_help() -> None:
    assert {name: str(command.help).splitlines()[0] for name, command in LazyCommands().items()} == COMMANDS


def test_readers_are_loaded_where_data_are_read() -> None:
    readers = "lsexplorer.data.readers.registry"
    assert readers not in loaded_by("import lsexplorer.cli.options")
    assert readers not in loaded_by("import lsexplorer as ls; ls.load_dataset('iris')")
    assert readers in loaded_by("import lsexplorer as ls; ls.load_dataset('article')")


def test_a_public_name_is_found_where_it_lives() -> None:
    import lsexplorer as ls

    assert set(ls.__all__) <= set(dir(ls))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ls.nothing  # noqa: B018


QUICK = "--epochs", "2", "--seeds", "9", "--cores", "0"
STUDIES = {"lsexplorer.study.sweep.sweeping", "lsexplorer.study.claims"}
REPORTS = {"lsexplorer.reports", "lsexplorer.render"}
FILES = {
    "lsexplorer.data.readers",
    "lsexplorer.data.unpack",
    "zipfile",
    "tempfile",
    "numpy.ma",
}
"""What takes time and serves files of one's own alone."""


@pytest.mark.parametrize(
    ("arguments", "left_out"),
    [
        (["--version"], {"textual", "plotext", "rich", "numpy", "lsexplorer.run", "lsexplorer.study"}),
        slow(["--help"], {"textual", "plotext", "rich", *STUDIES, *REPORTS}),
        (
            ["train", "--epochs", "1"],
            {"textual", "plotext", "rich", "lsexplorer.study", "lsexplorer.reports.match", *FILES},
        ),
        slow(["train", "--help"], {"textual", "plotext", "rich", "lsexplorer.study", *REPORTS}),
        (["data"], {"textual", "plotext", "rich", "lsexplorer.study", *REPORTS}),
        (["match", *QUICK], {"textual", "lsexplorer.cli.match_function", *STUDIES}),
        slow(["match", *QUICK, "--json"], {"textual", *STUDIES}),
        slow(["sweep", "--vary", "l2=0,0.1", *QUICK], {"textual", "lsexplorer.study.claims"}),
        slow(["claims", "--only", "1", "--cores", "0"], {"textual", "plotext"}),
        slow(["patterns", "iris", "--epochs", "1"], {"textual", "plotext", "rich", *STUDIES}),
        slow(["completion", "bash"], {"textual", "plotext", "rich", "lsexplorer.study", *REPORTS}),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
def test_a_command_loads_what_it_uses_alone(arguments: Any, left_out: Any) -> None:
    loaded = loaded_by_command(*arguments)
    assert "lsexplorer.cli.app" in loaded
    assert loaded.isdisjoint(left_out)


@pytest.mark.slow
def test_the_screens_load_textual(tmp_path: Path) -> None:
    loaded = loaded_by_command("screenshot", tmp_path / "picture.svg")
    assert {"textual", "plotext", "rich"} <= loaded
    assert loaded.isdisjoint(STUDIES)


def test_the_names_that_others_use_are_there() -> None:
    import lsexplorer as ls

    assert all(hasattr(ls, name) for name in ls.__all__)
    assert {"Dataset", "Hyperparameters", "Trainer", "load_dataset", "smooth_labels", "InputError"} <= set(ls.__all__)
    assert issubclass(ls.InputError, ValueError)
    assert issubclass(ls.DivergenceError, ArithmeticError)
