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


@pytest.mark.parametrize("statement", ["import lsexplorer", USE], ids=["import", "use"])
def test_the_engine_loads_no_screen(statement):
    loaded = loaded_by(statement)
    assert {"lsexplorer", "numpy"} <= loaded
    assert loaded.isdisjoint(SCREEN)


def test_the_names_that_others_use_are_there():
    import lsexplorer as ls

    assert all(hasattr(ls, name) for name in ls.__all__)
    assert {"Dataset", "Hyperparameters", "Trainer", "load_dataset", "smooth_labels", "InputError"} <= set(ls.__all__)
    assert issubclass(ls.InputError, ValueError)
    assert issubclass(ls.DivergenceError, ArithmeticError)
