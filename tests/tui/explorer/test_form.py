"""The form: made from the schema, live where it can be, and waiting for Enter where it rebuilds the network."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import pytest

from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.run.hyperparameters import schema, spec
from lsexplorer.tui.explorer.field_list import FieldList
from lsexplorer.tui.explorer.form_lines import explained, written
from tests.support.explorer import WIDE, explorer, new_trainer
from tests.support.form import choose, click, go_to, line, problem, shown, waiting, write
from tests.support.helpers import slow

OTHER = {
    **dict.fromkeys(REGULARIZERS, 0.006),
    "hidden": (4, 3),
    "activation": "relu",
    "output": "softmax",
    "loss": "cross_entropy",
    "optimizer": "sgd",
    "learning_rate": 0.125,
    "momentum": 0.5,
    "nesterov": True,
    "batch_size": 7,
    "label_smoothing": 0.25,
    "soft_targets": 0.75,
    "l1": 0.003,
    "l2": 0.004,
    "weight_decay": 0.005,
    "margin": 0.75,
    "softmax_jacobian": "exact",
    "init": "he",
    "seed": 11,
}


async def test_there_is_a_line_for_every_hyperparameter_with_its_help() -> None:
    async with explorer(WIDE, **OTHER) as e:
        for entry in schema():
            value: Any = OTHER[entry.name]
            text = "[x]" if entry.kind == "bool" else written(entry.name, value)
            assert shown(e, entry.name) == (LOSSES[value].short if entry.name == "loss" else text)
            explanation = explained(line(e, entry.name))
            assert entry.help in explanation
            assert ("Works from the next step on." in explanation) == entry.live
            assert ("Rebuilds the network." in explanation) == (not entry.live)
        assert all(line(e, name).on for name in REGULARIZERS)
        assert not waiting(e)
        assert e.trainer.step_count == 0
        assert e.hp == new_trainer(**OTHER).hyperparameters


async def test_the_selected_line_is_explained_and_so_is_what_has_no_effect() -> None:
    async with explorer(optimizer="adam") as e:
        await e.press("f")
        assert e.message.startswith("Units of each hidden layer")
        await e.press("down")
        assert e.message.startswith("Activation of the hidden layers")
        await go_to(e, "learning_rate")
        await e.press("down")
        assert line(e, "momentum").misfit
        assert e.message.startswith("Momentum is for optimizer sgd alone.")


async def test_choices_are_those_of_the_schema() -> None:
    async with explorer() as e:
        for name in ("activation", "loss", "optimizer"):
            await go_to(e, name)
            await e.press("enter")
            assert e.find("#choices").option_count == len(spec(name).choices)
            await e.press("escape")
            assert e.focus == "fields"
        assert e.trainer.events == ()


async def test_live_values_change_on_enter_and_on_leaving_the_field() -> None:
    async with explorer(WIDE) as e:
        await e.press("space")
        await write(e, "learning_rate", "0.5")
        assert e.hp.learning_rate == 0.5
        assert "Learning rate η is .5 from the next step on" in e.message
        assert "η .5 ·" in e.status
        await write(e, "momentum", "0.9", "tab")
        assert e.hp.momentum == 0.9
        assert e.find(FieldList).selected == "nesterov"
        await e.press("enter")
        assert e.hp.nesterov
        await write(e, "soft_targets", "0.8")
        assert e.hp.soft_targets == 0.8
        assert e.trainer.step_count == 1
        assert [event.step for event in e.trainer.events] == [1]
        await choose(e, "loss", "mse")
        assert e.hp.loss == "mse"
        await choose(e, "softmax_jacobian", "diagonal")
        assert e.hp.softmax_jacobian == "diagonal"
        assert "δ = (t′ − o)·o(1 − o)" in e.text
        await e.press("escape", "space")
        assert e.focus == "deltas"
        assert e.trainer.step_count == 2
        assert e.trainer.events[0].changes["learning_rate"] == (0.05, 0.5)


async def test_what_rebuilds_waits_for_enter_which_does_it_at_once_in_the_field_itself() -> None:
    async with explorer() as e:
        await e.press("space", "space")
        await write(e, "hidden", "6,4", "tab")
        assert e.hp.hidden == (5,)
        assert e.trainer.step_count == 2
        assert e.message == "hidden 5 → 6,4: Enter rebuilds the network from step 0; Esc undoes."
        assert "hidden" in waiting(e)
        await write(e, "batch_size", "8", "tab")
        assert e.message.startswith("hidden 5 → 6,4, batch size 16 → 8: Enter rebuilds the network")
        await write(e, "learning_rate", "0.2", "tab")
        assert e.hp.learning_rate == 0.05, "what is changed meanwhile waits too"
        assert e.find(FieldList).lines[-1].label == "Rebuild (Enter)"
        await go_to(e, "seed")
        await e.press("enter")
        assert (e.hp.hidden, e.hp.batch_size, e.hp.learning_rate) == ((6, 4), 8, 0.2)
        assert e.trainer.step_count == 0
        assert e.message.startswith("A new network, at step 0.")
        assert "4-6-4-3 tanh" in e.status
        assert not waiting(e)
        assert e.focus == "deltas"
        assert "h2.1" in e.text

        await write(e, "seed", "5")
        assert e.hp.seed == 5
        assert e.trainer.network.parameters.tolist() == new_trainer(**asdict(e.hp)).network.parameters.tolist()


async def test_esc_undoes_what_waits_what_could_not_be_rebuilt_and_what_is_being_written() -> None:
    async with explorer() as e:
        await e.press("space")
        await write(e, "hidden", "9", "tab")
        await choose(e, "activation", "relu")
        assert "activation" in waiting(e)
        await e.press("escape")
        assert e.message == "Undone: nothing was rebuilt."
        assert not waiting(e)
        assert (shown(e, "hidden"), shown(e, "activation")) == ("5", "tanh")
        assert e.hp == new_trainer().hyperparameters
        assert e.trainer.step_count == 1
        await e.press("escape")
        assert e.focus == "deltas"

        await choose(e, "output", "identity")
        await write(e, "hidden", "9")
        assert "does not go with" in e.message
        await e.press("escape")
        assert shown(e, "hidden") == "5"
        await e.press("escape")
        assert "rebuilds" not in e.message
        assert e.hp == new_trainer().hyperparameters

        await e.press("f", "enter")
        await e.type("77")
        await e.press("escape")
        assert e.focus == "fields"
        assert shown(e, "hidden") == "5"
        assert not waiting(e)
        assert "rebuilds" not in e.message


async def test_what_only_fits_together_is_chosen_in_either_order() -> None:
    values = {"output": "sigmoid", "loss": "binary_cross_entropy"}
    async with explorer() as e:
        for first, other in (("loss", "output"), ("output", "loss")):
            await choose(e, first, values[first])
            assert (e.hp.output, e.hp.loss) == ("softmax", "cross_entropy")
            assert first in waiting(e)
            if first == "loss":
                assert "does not go with output softmax" in e.message
                assert "Change the other too" in e.message
            await choose(e, other, values[other])
            assert "output softmax → sigmoid" in e.message
            assert "loss cross-entropy → binary cross-entropy" in e.message
            assert e.message.endswith(": Enter rebuilds the network from step 0; Esc undoes.")
            await e.press("escape" if first == "loss" else "enter")
        assert (e.hp.output, e.hp.loss) == ("sigmoid", "binary_cross_entropy")
        assert e.message.startswith("A new network, at step 0.")


async def test_what_still_does_not_fit_says_so_and_goes_on_waiting() -> None:
    async with explorer() as e:
        await e.press("space")
        await choose(e, "output", "identity")
        await e.press("enter")
        assert "does not go with output identity" in e.message
        assert e.find("#message").has_class("-error")
        assert e.hp.output == "softmax"
        assert e.trainer.step_count == 1
        assert "output" in waiting(e)
        await choose(e, "loss", "mse")
        await e.press("enter")
        assert (e.hp.output, e.hp.loss) == ("identity", "mse")


async def test_live_values_that_only_fit_together_do_not_lose_the_run() -> None:
    async with explorer() as e:
        await e.press("space", "space")
        await go_to(e, "nesterov")
        await e.press("enter")
        assert "nesterov needs a momentum" in e.message
        assert not e.hp.nesterov
        await write(e, "momentum", "0.9", "tab")
        assert e.message == "nesterov off → on, momentum μ 0 → .9: Enter makes them together; Esc undoes."
        assert e.hp.momentum == 0
        await write(e, "momentum", "0.9")
        assert (e.hp.momentum, e.hp.nesterov) == (0.9, True)
        assert e.trainer.step_count == 2
        assert not waiting(e)


@pytest.mark.parametrize(
    "bad",
    [
        {"hidden": ["x"], "learning_rate": ["", "nan"], "label_smoothing": ["2"]},
        slow(
            {
                "hidden": ["0", "1000000000", "x", "1,1,1,1,1,1,1,1,1"],
                "seed": ["-1", "1.5"],
                "learning_rate": ["-1", "nan", "1e400", "0", ""],
                "momentum": ["1.5"],
                "batch_size": ["0"],
                "label_smoothing": ["2", "-0.1"],
                "soft_targets": ["0", "1;2"],
            }
        ),
    ],
    ids=["some", "all"],
)
async def test_bad_values_say_so_and_change_nothing(bad: dict[str, Sequence[str]]) -> None:
    async with explorer() as e:
        before = e.hp
        await e.press("f")
        for name, texts in bad.items():
            for text, key in zip(texts, ["enter", "tab"] * 3, strict=False):
                await write(e, name, text, key)
                assert problem(e).startswith(f"{name} must be "), (name, text)
                assert (e.focus, e.find("#editor").value) == ("editor", text)
                await e.press("escape")
                assert problem(e) == ""
                kept = e.session.strengths if name in REGULARIZERS else before
                assert shown(e, name) == (written(name, getattr(kept, name)) or "none")  # a placeholder
        assert not waiting(e)
        assert e.hp == before
        assert e.trainer.events == ()
        await write(e, "soft_targets", "0.5,0.5;0.5,0.5")
        assert "3" in e.message
        assert e.find("#message").has_class("-error")
        assert e.hp == before


async def test_a_bad_value_beside_a_waiting_one_leaves_the_waiting_one() -> None:
    async with explorer() as e:
        await write(e, "hidden", "8", "tab")
        await write(e, "hidden", "none", "tab")
        assert "hidden must be" in problem(e)
        await e.click(3, 3, "#deltas")
        assert e.message.startswith("hidden must be")
        assert e.message.endswith("; hidden stays as it was")
        assert shown(e, "hidden") == "8"
        await go_to(e, "seed")
        await e.press("enter")
        assert e.hp.hidden == (8,)


async def test_switches_keep_their_strength_when_off() -> None:
    async with explorer() as e:
        await write(e, "l2", "0.125")
        assert e.hp.l2 == 0, "a strength of what is off is only kept"
        assert "‖w‖" in e.text
        assert e.session.strengths.l2 == 0.125
        await e.press("escape", "l")
        assert e.hp.l2 == 0.125
        assert shown(e, "l2") == ".125"
        await write(e, "l2", "0.5")
        assert e.hp.l2 == 0.5, "of what is on it holds at once"
        await e.press("escape", "l")
        assert e.hp.l2 == 0
        assert shown(e, "l2") == ".5"
        await write(e, "hidden", "4")
        assert e.trainer.network.sizes == (4, 4, 3)
        await e.press("l")
        assert e.hp.l2 == 0.5, "and is kept when the network is rebuilt"


async def test_the_forms_switches_are_the_keys_switches() -> None:
    async with explorer(WIDE) as e:
        await e.press("L")
        assert line(e, "l1").on
        await go_to(e, "l1")
        await e.press("enter")
        assert e.hp.l1 == 0
        assert "L1 is off" in e.message
        await e.press("enter")
        assert e.hp.l1 == e.session.strengths.l1
        await click(e, "label_smoothing", 1)
        await e.rest()
        assert e.hp.label_smoothing == 0.1
        assert "[x] smooth a" in e.text


async def test_editing_while_the_run_goes_on() -> None:
    async with explorer() as e:
        e.session.speed = 25
        await e.tap("r")
        await go_to(e, "learning_rate")
        await e.tap("enter")
        await e.type("0.012")
        step = e.trainer.step_count
        await e.wait_until(lambda: e.trainer.step_count > step + 2)
        assert e.find("#editor").value == "0.012", "frames leave alone what is being written"
        await e.tap("enter")
        await e.wait_until(lambda: e.hp.learning_rate == 0.012)
        event = e.trainer.events[-1]
        assert event.changes == {"learning_rate": (0.05, 0.012)}
        await e.wait_until(lambda: e.trainer.step_count > event.step + 2)
        await go_to(e, "hidden")
        await e.tap("enter")
        await e.type("3")
        await e.tap("enter")
        await e.wait_until(lambda: e.trainer.network.sizes == (4, 3, 3))
        await e.rest()
        assert not e.screen.running
        assert e.trainer.step_count == 0


async def test_arrows_and_tab_go_from_field_to_field() -> None:
    async with explorer() as e:
        fields = e.find(FieldList)
        await e.press("f")
        assert (e.focus, fields.selected) == ("fields", "hidden")
        await e.press("tab")
        assert fields.selected == "activation"
        await e.press("shift+tab")
        assert fields.selected == "hidden"
        await e.press("up", "up")
        assert fields.selected == "data"
        await go_to(e, "momentum")
        await e.press("down", "down")
        assert fields.selected == "batch_size"
        await e.press("end")
        assert fields.selected == "focal_gamma"
        assert "focal  γ" in e.text, "the list is scrolled"
        assert e.message.startswith("Focal"), "the field is explained"
        await e.press("escape")
        assert e.focus == "deltas"
        assert e.session.sample == e.trainer.next_batch[0], "Tab in the form did not walk the batch"


async def test_tab_writes_on_in_the_next_field_that_is_written() -> None:
    async with explorer() as e:
        await write(e, "learning_rate", "0.5", "tab")
        assert (e.find(FieldList).selected, e.focus) == ("momentum", "editor")
        await e.press("tab")
        assert (e.find(FieldList).selected, e.focus) == ("nesterov", "fields")


async def test_keys_are_commands_in_the_form_unless_one_writes() -> None:
    async with explorer() as e:
        await e.press("f", "space", "s")
        assert e.trainer.step_count == 1
        assert e.hp.label_smoothing == 0.1


async def test_the_mouse_opens_a_value_and_presses_a_switch() -> None:
    async with explorer(WIDE) as e:
        await click(e, "l2", 15)
        assert e.focus == "editor"
        await e.type("0.25")
        await click(e, "l2", 1)
        assert e.hp.l2 == 0.25, "what was written is taken first"
        await click(e, "activation", 12)
        assert e.focus == "choices"
        await e.click(3, 3, "#choices")
        assert waiting(e) == ["activation"]
        await click(e, "rebuild", 5)
        assert e.hp.activation == spec("activation").choices[2]
        await click(e, "seed", 12)
        await e.type("3")
        await e.click(5, 3, "#deltas")
        assert waiting(e) == ["seed"]
        assert e.focus == "deltas"
