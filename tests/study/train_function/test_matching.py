"""A match with a training function: what is trained, kept, noticed and refused."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lsexplorer as ls
from lsexplorer.study.answers.layout import answer_path
from lsexplorer.study.jobs.parts import Part
from lsexplorer.study.match.matching import InterruptedMatch
from lsexplorer.study.train_function.functions import GivenFunction
from lsexplorer.study.train_function.matching import match_function, train_part
from lsexplorer.study.train_function.plan import Asked
from tests.support.helpers import slow
from tests.support.trainers import train

Train = Callable[[ls.Recipe], ls.Answer]


class Counting:
    """A training function that remembers what it was called with, and changes the answer if it is told to."""

    def __init__(self, changed: Callable[[ls.Recipe, ls.Answer], Any] = lambda recipe, answer: answer) -> None:
        self.recipes: list[ls.Recipe] = []
        self._changed = changed

    def __call__(self, recipe: ls.Recipe) -> Any:
        self.recipes.append(recipe)
        return self._changed(recipe, train(recipe))


def match(train: Train, out: Path, **options: Any) -> ls.Judgement:
    return ls.match(train=train, out=out, **{"seeds": 3, "tuning": 1, "low": 1e-2, "high": 1.0} | options)


def test_few_trainings_give_a_verdict_and_their_answers_are_kept(tmp_path: Path) -> None:
    counting = Counting()
    found = match(counting, tmp_path / "runs", seeds=4, tuning=2, low=1e-4)
    assert (found.evaluation, found.splits, found.complete) == ((2, 3, 4, 5), 1, True)
    strength = found.strengths["weight_norm"]
    assert strength.reached == pytest.approx(strength.target, rel=0.01)
    assert {round(np.log10(x), 6) for x in strength.lambdas} >= {-4, -3, -2, -1, 0}  # one a decade, then refined
    assert len(strength.lambdas) < 9
    recipes = counting.recipes
    assert recipes[0] == ls.Recipe(seed=0, split=-1)
    assert len(set(recipes)) == len(recipes) - 1 == found.networks
    assert {one for one in recipes if recipes.count(one) == 2} == {recipes[0]}
    assert {one.seed for one in recipes if one.is_tuning} == {0, 1}
    files = {path.relative_to(tmp_path / "runs") for path in (tmp_path / "runs").rglob("*.npz")}
    assert len(files) == found.networks
    assert Path(f"l2={strength.value:.6g}/seed-5.npz") in files
    assert Path("tuning/plain/seed-0.npz") in files


def test_the_files_judged_later_give_the_same_findings(tmp_path: Path) -> None:
    found, later = match(train, tmp_path), ls.judge(tmp_path)
    assert repr(later.matching.findings) == repr(found.matching.findings)
    assert later.verdict.kind == found.verdict.kind
    assert later.settings.notes == found.settings.notes


def test_what_is_there_is_not_trained_again_and_the_verdict_is_the_same(tmp_path: Path) -> None:
    first, again, rest = Counting(), Counting(), Counting()
    found = match(first, tmp_path)
    assert repr(match(again, tmp_path).matchings) == repr(found.matchings)
    assert again.recipes == []
    lost = [answer_path(tmp_path, "plain", 2), answer_path(tmp_path / "tuning", "label_smoothing=0.1", 0)]
    for path in lost:
        path.unlink()
    assert repr(match(rest, tmp_path).matchings) == repr(found.matchings)
    assert set(rest.recipes) == {ls.Recipe(seed=2), ls.Recipe(label_smoothing=0.1, seed=0, split=-1)}


def test_a_match_that_is_stopped_goes_on_where_it_was(tmp_path: Path) -> None:
    stopped = Counting(lambda recipe, answer: answer if len(stopped.recipes) < 14 else stop())

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(InterruptedMatch) as interrupt:
        match(stopped, tmp_path)
    assert interrupt.value.answer is None or not interrupt.value.answer.first.complete
    rest = Counting()
    found = match(rest, tmp_path)
    assert not set(rest.recipes) & set(stopped.recipes[:-1])
    assert len(rest.recipes) + 13 == found.networks + 1
    assert repr(found.matchings) == repr(match(Counting(), tmp_path / "whole").matchings)


def test_parts_share_the_judged_networks_and_the_folder(tmp_path: Path) -> None:
    asked = Asked(seeds=3, tuning=1, low=1e-2, high=1.0)
    parts = [Counting() for _ in range(3)]
    counts = [train_part(GivenFunction(train), tmp_path, asked, Part(i, 3)) for i, train in enumerate(parts, 1)]
    assert counts == [len(part.recipes) for part in parts]
    recipes = [recipe for part in parts for recipe in part.recipes]
    assert len(recipes) == len(set(recipes)) + 1  # the first part alone trains one twice
    judged = [[recipe for recipe in part.recipes if not recipe.is_tuning] for part in parts]
    assert [len(own) for own in judged] == [3, 3, 3]
    rest = Counting()
    found = match(rest, tmp_path)
    assert rest.recipes == []
    assert repr(found.matchings) == repr(match(train, tmp_path / "whole").matchings)


def test_what_another_run_has_trained_meanwhile_is_not_trained_again(tmp_path: Path) -> None:
    theirs = Counting()
    mine = Counting(lambda recipe, answer: match(theirs, tmp_path) and answer if len(mine.recipes) == 4 else answer)
    found = match(mine, tmp_path)
    assert len(mine.recipes) == 4 + 1  # and the one that is trained twice
    # Both trained the one that mine was about to finish, and each the first one twice.
    assert set(theirs.recipes) & set(mine.recipes) == {mine.recipes[3], mine.recipes[0]}
    assert repr(found.matchings) == repr(match(train, tmp_path / "whole").matchings)


@pytest.mark.slow
def test_splits_are_crossed_with_seeds(tmp_path: Path) -> None:
    counting = Counting()
    found = match(counting, tmp_path, splits=3)
    assert {one.split for one in counting.recipes} == {-1, 0, 1, 2}
    assert found.splits == 3
    assert (tmp_path / "plain" / "seed-3-split-2.npz").is_file()


def test_several_remedies_and_those_that_cannot_be_are_named(tmp_path: Path) -> None:
    counting = Counting()
    asked = Asked(remedies=None, criterion="logit_gap", seeds=3, tuning=1)
    found = match_function(GivenFunction(counting), tmp_path, asked)
    assert list(found.matches) == ["l2", "temperature"]
    assert found.left_out["z_loss"] == "no z_loss here"
    assert "a function trains to its end" in found.left_out["early_stopping"]
    assert found.matches["temperature"].strengths["logit_gap"].value > 1
    assert not any("temperature" in repr(recipe) for recipe in counting.recipes)
    assert found.networks == len(set(counting.recipes)) - len(found.left_out) + 1  # early stopping was not asked of it


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda recipe, answer: noisy(answer), "answers otherwise when it trains with the same recipe again, by up to"),
        slow(lambda recipe, answer: train(recipe.replace(seed=0)), "answers the same for seeds 1 and 2"),
        slow(lambda recipe, answer: train(recipe.replace(split=0)), "same classes for split −1 as for split 0"),
        slow(
            lambda recipe, answer: (
                replace(answer, logits=np.full((len(answer.y), 3), np.nan)) if recipe.l2 > 0.5 else answer
            ),
            "training diverged at l2=1",
        ),
    ],
)
def test_what_is_noticed_is_said_in_the_report(changed: Any, words: str, tmp_path: Path) -> None:
    found = match(Counting(changed), tmp_path)
    assert [words in note for note in own_notes(found)] == [True]
    again = Counting(changed)
    assert match(again, tmp_path).settings.notes == found.settings.notes
    assert again.recipes == []


def own_notes(found: ls.Judgement) -> list[str]:
    """The notes but those of what every such match lacks: hidden activations, and more seeds."""
    return [note for note in found.settings.notes if not note.startswith(("Left out", "With 3 seeds"))]


_noise = np.random.default_rng(0)


def noisy(answer: ls.Answer) -> ls.Answer:
    logits = np.asarray(answer.logits)
    return replace(answer, logits=logits + 1e-9 * _noise.uniform(size=logits.shape))


def test_a_strength_at_which_training_diverges_on_a_judged_seed_is_no_match(tmp_path: Path) -> None:
    def diverges(recipe: ls.Recipe, answer: ls.Answer) -> ls.Answer:
        lost = recipe.l2 and not recipe.is_tuning and recipe.seed == 2
        return replace(answer, logits=np.full((36, 3), np.inf)) if lost else answer

    found = match(Counting(diverges), tmp_path)
    assert found.verdict.kind == "no match"
    assert "training there diverges on seed 2" in found.verdict.text
    assert list(tmp_path.glob("l2=*/seed-2.diverged"))
    assert repr(match(train, tmp_path).matchings) == repr(found.matchings)


def test_a_function_that_has_changed_since_is_named_with_both_digests(tmp_path: Path) -> None:
    settings = tmp_path / "lsexplorer.json"
    settings.write_text('{"trainer": "train", "sha256": "0123456789", "lsexplorer": "0.1.0"}')
    (note,) = own_notes(match(train, tmp_path))
    assert note.startswith("train has changed since the first answers in")
    assert "SHA-256 01234567 then, " in note
    settings.write_text("no JSON")
    assert own_notes(match(train, tmp_path)) == []


def at(strength: str, **changes: Any) -> Callable[[ls.Recipe, ls.Answer], ls.Answer]:
    """The answer with some fields changed, where a regulariser is on."""
    return lambda recipe, answer: replace(answer, **changes) if getattr(recipe, strength) else answer


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        (lambda recipe, answer: train(recipe.replace(label_smoothing=0)), "it ignores Recipe(label_smoothing=0.1"),
        (lambda recipe, answer: train(recipe.replace(l2=0)), "ignores l2: with 1 it answers as without"),
        (lambda recipe, answer: noisy(train(recipe.replace(l2=0))), "ignores l2: with 1 it answers as without"),
        (
            lambda recipe, answer: (answer.y, answer.logits),
            "at Recipe(seed=0, split=-1): an answer must be an ls.Answer",
        ),
        (lambda recipe, answer: replace(answer, y=answer.y[:-1]), "must be of the same rows"),
        (lambda recipe, answer: replace(answer, y=answer.y + 1), "y must be whole numbers from 0 to 2"),
        (at("label_smoothing", logits=np.full((30, 3), np.nan)), "logits must be finite numbers, got nan in row 0"),
        (lambda recipe, answer: replace(answer, weights=None), "criterion weight_norm needs weights or weight_norm"),
        (at("l2", weights=None, weight_norm=3.0), "does not answer Recipe(l2=1, seed=0, split=-1) as it did"),
        (at("label_smoothing", y=np.arange(30) % 3), "all must answer the same rows, in the same order"),
        (
            lambda recipe, answer: replace(answer, probabilities=np.full((len(answer.y), 3), 0.5), logits=None),
            "the probabilities of a row must sum to 1, got 1.5",
        ),
        (
            lambda recipe, answer: replace(answer, y=0 * answer.y, logits=answer.logits[:, :1]),
            "a network that knows one class alone (K = 1)",
        ),
        (lambda recipe, answer: refuse() if recipe.on else answer, "does not implement Recipe(label_smoothing=0.1"),
        (lambda recipe, answer: refuse() if recipe.l2 else answer, "not here"),
    ],
)
def test_answers_that_cannot_be_are_one_line(changed: Any, words: str, tmp_path: Path) -> None:
    with pytest.raises(ls.InputError) as error:
        match(Counting(changed), tmp_path)
    assert words in str(error.value)
    assert "\n" not in str(error.value)
    assert not any((tmp_path / "tuning").glob("l2=1/*.npz")) or "ignores" in words  # what cannot be does not stay


def refuse() -> None:
    raise NotImplementedError("not here")


def test_an_exception_of_theirs_is_the_cause_and_the_recipe_is_named(tmp_path: Path) -> None:
    def breaks(recipe: ls.Recipe) -> Any:
        return 1 / recipe.l2

    with pytest.raises(ls.TrainingError, match=r"ZeroDivisionError: .* at Recipe\(seed=0, split=-1\)") as error:
        match(breaks, tmp_path)
    assert isinstance(error.value.__cause__, ZeroDivisionError)
    assert "in breaks" in error.value.frames
    assert "lsexplorer/study" not in error.value.frames


def test_arguments_that_do_not_go_together(tmp_path: Path) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"train": train}, "train needs out"),
        ({"train": train, "out": tmp_path, "data": ls.load_dataset("iris")}, "with train there is no data"),
        ({}, "match needs data, or train and out"),
        ({"data": ls.load_dataset("iris"), "tuning": 3}, "tuning goes with these"),
    ]
    for options, words in cases:
        with pytest.raises(ls.InputError, match=words):
            ls.match(**options)
    cases = [
        ({"tuning": 0}, "tuning must be 1 or more"),
        ({"splits": 2}, "splits must be 1, or from 3"),
        ({"label_smoothing": 0}, "label_smoothing must be above 0"),
        ({"remedy": "early_stopping"}, "a function trains to its end"),
        ({"workers": 2}, "cannot be handed to other processes"),
    ]
    for options, words in cases:
        with pytest.raises(ls.InputError, match=words):
            match(lambda recipe: train(recipe), tmp_path, **options)
    assert not list(tmp_path.rglob("*.npz"))
