"""The engine stands without the screen: importing it loads none of the screen's libraries."""

import json
import subprocess
import sys

import pytest

SCREEN = ("textual", "plotext", "rich", "click")


def loaded_by(statement):
    """Top-level modules that a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport json, sys\nprint(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    return set(json.loads(done.stdout))


USE = "import lsexplorer as ls; t = ls.Trainer(ls.load_dataset('iris')); t.step(); t.deltas(); t.history; t.evaluate()"


def test_the_engine_loads_no_screen():
    loaded = loaded_by(USE)
    assert {"lsexplorer", "numpy"} <= loaded
    assert loaded.isdisjoint(SCREEN)


def test_importing_the_package_loads_nothing_that_takes_time():
    """So that the command meets Ctrl-C while NumPy is imported."""
    assert loaded_by("import lsexplorer").isdisjoint({"numpy", "msgspec", *SCREEN})


def test_a_public_name_is_found_where_it_lives():
    import lsexplorer as ls

    assert set(ls.__all__) <= set(dir(ls))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        ls.nothing  # noqa: B018


def test_the_names_that_others_use_are_there():
    import lsexplorer as ls

    assert all(hasattr(ls, name) for name in ls.__all__)
    assert {"Dataset", "Hyperparameters", "Trainer", "load_dataset", "smooth_labels", "InputError"} <= set(ls.__all__)
    assert issubclass(ls.InputError, ValueError)
    assert issubclass(ls.DivergenceError, ArithmeticError)
