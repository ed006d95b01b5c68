"""The match on the compare screen: progress, cancel, verdict, and the matched method."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lsexplorer as ls
from lsexplorer.bank.comparison import methods_of
from lsexplorer.render.numbers import as_on_screen
from lsexplorer.reports.match import markdown
from lsexplorer.run.presets import default_hyperparameters
from lsexplorer.study.match.matching import Matches, match_all
from lsexplorer.tui.compare.match_prompt import MatchPrompt
from lsexplorer.tui.compare.match_settings import MatchSettings
from lsexplorer.tui.compare.screen import CompareScreen
from lsexplorer.tui.compare.verdict_screen import VerdictScreen
from lsexplorer.tui.explorer.screen import ExplorerScreen
from lsexplorer.tui.prompt import Prompt
from tests.support.compare import assert_shown, message, rows
from tests.support.data_screen import on
from tests.support.explorer import WIDE, Explorer, explorer, new_trainer
from tests.support.helpers import slow


def made(**asked: Any) -> Matches:
    """A match of L2 on Iris, as the screen makes it."""
    return match_all(ls.load_dataset("iris"), remedies=["l2"], all_criteria=True, **asked)


def progress(e: Explorer) -> str:
    return str(e.find("#matching").content)


class StopError(Exception):
    """What a person's cancel is to the match."""


@pytest.mark.parametrize("workers", [None, slow(2)])
def test_a_match_can_be_stopped_long_before_its_first_result(workers: int | None) -> None:
    data = ls.load_dataset("digits")
    told = []

    def stop(*state: object) -> None:
        told.append(state)
        raise StopError

    with pytest.raises(StopError):
        ls.match(data, workers=workers, progress=stop, epochs=100_000)
    assert told == [("searching λ", 0, told[0][2])], "the first result would take hours"


@pytest.mark.slow
async def test_the_match_adds_its_method_and_shows_its_verdict() -> None:
    async with explorer(WIDE, trainer=new_trainer(10, hidden=(3,), label_smoothing=0.2)) as e:
        await e.press("c")
        assert e.find("#matching").region.height == 0
        await e.tap("m", "enter")
        await e.wait_until(lambda: "searching λ" in progress(e), 30)
        assert "Matching L2 to a = .2" in e.text
        assert e.find("#matching").region.height == 1
        await e.tap("space")
        assert e.screen.step_count == 11
        await e.wait_until(lambda: e.is_on(VerdictScreen), 120)
        await e.wait_until(lambda: "Would L2 have done the same?" in e.text)
        answer = e.session.match
        assert answer.plan.smoothing == new_trainer(hidden=(3,), label_smoothing=0.2).hyperparameters
        assert answer.complete
        words = " ".join(e.text.replace("│", " ").split())
        assert " ".join(as_on_screen(answer.verdict.text).split()) in words
        for criterion, reached in answer.strengths.items():
            assert as_on_screen(f"{reached.value:.3g}") in words, criterion
        await e.press("escape")
        assert e.find("#matching").region.height == 0
        strength = answer.strengths["weight_norm"].value
        assert message(e).startswith(as_on_screen(f"Matched L2, λ = {strength:.3g}, is now a method"))
        assert list(rows(e, "#method_deltas")) == ["p", "s", "l", "1", "d", "m"]
        assert_shown(e, 11, e.session.sample, matched=("l2", strength))
        assert e.find("#scores").cursor == 5

        await e.press("m")
        assert e.is_on(VerdictScreen), "it is not made twice"
        await e.press("escape", "escape", "c")
        assert_shown(e, 10, e.session.sample, matched=("l2", strength))

        await e.press("end", "enter", "enter")
        assert e.is_on(ExplorerScreen)
        assert e.hp == new_trainer(hidden=(3,), l2=strength).hyperparameters
        assert e.trainer.step_count == 10
        await e.press("c")
        assert e.screen.comparison.methods[2].strength == strength
        assert len(e.screen.comparison.methods) == 6, "smoothing's hyperparameters are still those of the match"
        await e.press("escape")
        await e.answer("g", "12")
        e.trainer.set(learning_rate=0.01)
        await e.press("c")
        assert len(e.screen.comparison.methods) == 5, "it was made with another learning rate"


@pytest.mark.slow
async def test_taking_an_method_ends_the_match() -> None:
    async with explorer(WIDE, trainer=on("digits")) as e:
        await e.press("c")
        await e.tap("m", "enter")
        await e.wait_until(lambda: "searching λ" in progress(e), 30)
        work = next(worker for worker in e.app.workers if worker.group == "match")
        await e.tap("enter")
        await e.wait_until(lambda: e.is_on(ExplorerScreen))
        await e.wait_until(lambda: work.is_cancelled and work.is_finished, 30)
        assert e.session.match is None


async def test_the_verdict_does_not_come_over_what_one_is_writing(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = made(epochs=2, seeds=10, splits=1)
    go = threading.Event()

    def match(*given: object, progress: Callable[..., None], **named: Any) -> Matches:
        assert go.wait(60)
        return answer

    monkeypatch.setattr("lsexplorer.tui.compare.matching.match_all", match)
    trainer = ls.Trainer(answer.first.data, answer.first.plan.plain)
    async with explorer(WIDE, trainer=trainer) as e:
        await e.press("c")
        await e.tap("m", "enter", "g")
        await e.type("1")
        go.set()
        await e.wait_until(lambda: e.session.matches is answer, 30)
        assert e.is_on(Prompt)
        await e.press("enter")
        assert e.is_on(CompareScreen)
        assert e.screen.step_count == 1
        await e.press("m")
        assert e.is_on(VerdictScreen)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["m", "escape"])
async def test_a_match_can_be_cancelled_and_started_again(key: str) -> None:
    async with explorer(WIDE, trainer=on("digits")) as e:
        await e.press("c")
        await e.tap("m", "enter")
        await e.wait_until(lambda: "searching λ" in progress(e), 30)
        await e.tap(key)
        assert e.is_on(CompareScreen)
        assert message(e) == "The match was cancelled."
        assert progress(e) == ""
        await e.wait_until(lambda: not [w for w in e.app.workers if w.group == "match" and w.is_running], 30)
        assert e.session.match is None
        await e.tap("m", "enter")
        await e.wait_until(lambda: "searching λ" in progress(e), 30)
        await e.tap("m")
        await e.press("escape")
        assert e.is_on(ExplorerScreen)


@pytest.mark.slow
async def test_a_match_that_cannot_be_says_why() -> None:
    async with explorer(WIDE, trainer=on("iris", output="identity", loss="mse", learning_rate=900.0)) as e:
        await e.press("c")
        await e.tap("m", "enter")
        await e.wait_until(lambda: "No match:" in message(e), 60)
        assert "training diverges even without the remedy: try a smaller learning_rate" in message(e)
        assert progress(e) == ""


async def test_where_no_strength_matches_there_is_no_arm(monkeypatch: pytest.MonkeyPatch) -> None:
    """A match as it would be if no λ reached the norm, so that none of the search need be done."""
    answer = made(low=1e-9, high=2e-9, epochs=3, seeds=10, splits=1)
    assert answer.first.strengths["weight_norm"].value is None, "3 epochs of next to no L2 change nothing"
    monkeypatch.setattr("lsexplorer.tui.compare.matching.match_all", lambda *given, **named: answer)
    trainer = ls.Trainer(answer.first.data, ls.Hyperparameters(**default_hyperparameters(answer.first.data)))
    async with explorer(size=(80, 24), trainer=trainer) as e:
        await e.press("c")
        await e.tap("m", "enter")
        await e.wait_until(lambda: e.is_on(VerdictScreen), 10)
        await e.wait_until(lambda: "No match: no λ of L2" in e.text)
        await e.press("escape")
        assert len(e.screen.comparison.methods) == len(methods_of(trainer.hyperparameters, e.session.strengths))
        await e.press("m")
        assert e.is_on(VerdictScreen)


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ({"remedies": "l3"}, "remedies must be of l2, l1"),
        ({"remedies": ""}, "got ''"),
        ({"remedies": "all,l2"}, "got 'all'"),
        ({"criterion": "norm"}, "criterion must be one of weight_norm, logit_gap, nll, got 'norm'"),
        ({"seeds": "-3"}, "seeds must be a whole number, or nothing, got '-3'"),
        ({"seeds": "2"}, "seeds must be 3 or more, got 2"),
    ],
)
def test_what_cannot_be_matched_says_what_would_be_right(texts: dict[str, str], words: str) -> None:
    with pytest.raises(ls.InputError, match=words):
        MatchSettings.of_texts(MatchSettings().texts | texts)


async def test_it_asks_for_remedies_criterion_and_seeds_and_shows_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def match(*given: object, **named: Any) -> Matches:
        asked.append(named)
        return answer

    answer = made(epochs=2, seeds=4, splits=1)
    monkeypatch.setattr("lsexplorer.tui.compare.matching.match_all", match)
    async with explorer(WIDE, trainer=ls.Trainer(answer.first.data, answer.first.plan.smoothing)) as e:
        await e.press("c", "m")
        assert e.is_on(MatchPrompt)
        assert "logit_penalty, confidence_penalty" in e.text
        assert "$ lsexplorer match iris --label-smoothing 0.1" in e.text
        await e.type("l2, z_loss")
        await e.press("down")
        assert "matched on: weight_norm, logit_gap, nll." in e.text
        await e.type("gap")
        assert not e.find("#problem").display, "it is said when one is done"
        await e.press("down")
        assert "criterion must be one of" in e.text
        assert e.find("#problem").region.y == e.find("#criterion").region.bottom
        await e.press("enter")
        assert e.is_on(MatchPrompt)
        assert e.app.focused is e.find("#criterion")
        await e.type("logit_gap")
        assert "--remedy l2,z_loss --criterion logit_gap" in " ".join(e.text.replace("│", " ").split())
        await e.tap("enter")
        await e.wait_until(lambda: e.is_on(VerdictScreen), 30)
        assert asked[0]["remedies"] == ("l2", "z_loss")
        assert (asked[0]["criterion"], asked[0]["seeds"], asked[0]["all_criteria"]) == ("logit_gap", None, False)
        await e.press("n")
        assert e.is_on(MatchPrompt)
        assert e.find("#seeds").value == "4", "what the match on the screen was made with"


async def test_the_report_is_saved_where_one_says(tmp_path: Path) -> None:
    answer = made(epochs=2, seeds=4, splits=1)
    async with explorer(trainer=ls.Trainer(answer.first.data, answer.first.plan.smoothing)) as e:
        e.session.matches = answer
        await e.press("c", "m")
        await e.answer("w", str(tmp_path / "report.md"))
        assert (tmp_path / "report.md").read_text() == markdown(answer.first)
        assert "Written to" in e.text
        await e.press("w")
        await e.type(str(tmp_path / "report.md"))
        await e.press("enter")
        assert "exists" in e.text
