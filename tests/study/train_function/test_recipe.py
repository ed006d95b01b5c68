"""What a training function is asked for."""

import pickle

import pytest

import lsexplorer as ls
from lsexplorer.nn.regularizers import REGULARIZERS


def test_a_recipe_has_every_regulariser_and_those_that_were_asked_for_are_on() -> None:
    recipe = ls.Recipe(l2=0.01, label_smoothing=0.1, seed=3)
    assert {name: getattr(recipe, name) for name in REGULARIZERS if getattr(recipe, name)} == {
        "label_smoothing": 0.1,
        "l2": 0.01,
    }
    assert recipe.strengths == {"label_smoothing": 0.1, "l2": 0.01}
    assert repr(recipe) == "Recipe(label_smoothing=0.1, l2=0.01, seed=3, split=0)"
    assert (recipe.is_tuning, recipe.replace(split=-1).is_tuning) == (False, True)
    assert recipe.replace(l2=0) == ls.Recipe(label_smoothing=0.1, seed=3)
    assert len({recipe, recipe.replace(seed=3), recipe.replace(seed=4)}) == 2
    assert pickle.loads(pickle.dumps(recipe)) == recipe


def test_what_is_no_recipe() -> None:
    with pytest.raises(AttributeError, match=r"a recipe has no 'labelsmoothing': did you mean label_smoothing\?"):
        _ = ls.Recipe().labelsmoothing
    with pytest.raises(ls.InputError, match=r"a recipe has no 'l_2': did you mean l2\?"):
        ls.Recipe(l_2=1.0)
    with pytest.raises(ls.InputError, match="l2 must be a number of 0 or more, got nan"):
        ls.Recipe(l2=float("nan"))
    with pytest.raises(AttributeError):
        ls.Recipe().seed = 3  # type: ignore[misc]
