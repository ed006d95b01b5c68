"""The two tables: samples and nodes to look at, regularisers on and off, and every number against the trainer's."""

from typing import Any

import pytest

from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.targets import on_off
from lsexplorer.tui.widgets.number_table import NumberTable
from tests.support.arithmetic import comes_out
from tests.support.explorer import WIDE, Explorer, explorer, new_trainer, shows, table, value_of
from tests.support.form import click, line
from tests.support.helpers import slow

FIELDS = {
    "t": "target",
    "t′": "soft_target",
    "o": "output",
    "t−o": "error",
    "t′−o": "soft_error",
    "slope": "slope",
    "δ": "signal",
    "η·δ": "move",
    "‖w‖": "norm",
}
CHANGES = {
    "plain": "plain",
    "smooth": "label_smoothing",
    "L2": "l2",
    "L1": "l1",
    "decay": "weight_decay",
    "as_set": "now",
}
MOVES = {
    "h": "inputs",
    "w": "weight",
    "data_pull": "data",
    "L1_pull": "l1",
    "L2_pull": "l2",
    "decay": "decay",
    "optimiser": "optimizer",
    "Δw": "net",
    "w_after": "after",
}
SETTINGS = [
    {"label_smoothing": 0.1, "l2": 0.02, "l1": 0.001, "weight_decay": 0.05, "momentum": 0.9},
    {"output": "sigmoid", "loss": "mse", "hidden": (3, 2), "activation": "relu", "optimizer": "adam"},
    slow({"output": "identity", "loss": "hinge", "hidden": ()}),
    slow({"loss": "mse", "softmax_jacobian": "diagonal", "activation": "logistic", "label_smoothing": 0.2}),
]


def assert_deltas_shown(e: Explorer, columns: dict[str, str]) -> None:
    """The delta table on the screen, node by node and number by number; which columns it has."""
    rows, deltas = table(e.text, "Next step"), e.trainer.deltas(e.session.sample, e.session.strengths)
    assert list(rows) == [node.name for node in deltas.nodes]
    for node in deltas.nodes:
        shown = rows[node.name]
        assert set(shown) - {"node"} == columns
        for title, field in FIELDS.items():
            value = node.incoming if field == "soft_error" and node.incoming is not None else getattr(node, field)
            assert shows(shown[title], value), (node.name, title, shown[title], value)
        for title, field in CHANGES.items():
            if title in shown:
                value = getattr(node.norm_changes, field)
                assert shows(shown[title], None if value != value else value), (node.name, title)
        if "class" in columns:
            assert shown["class"] == (node.class_name or "hidden")


def assert_moves_shown(e: Explorer) -> None:
    """The weights table on the screen, weight by weight and number by number."""
    moves = e.trainer.deltas(e.session.sample).weights(e.session.node)
    rows = table(e.text, f"Weights into {e.session.node}")
    assert len(rows) >= 3
    for name, shown in rows.items():
        at = moves.sources.index(name)
        assert ("optimiser" in shown) == (e.hp.optimizer == "adam" or e.hp.momentum > 0)
        for title in set(shown) - {"from"}:
            value = float(getattr(moves, MOVES[title])[at])
            assert shows(shown[title], value), (name, title, shown[title], value)
        pulls = [shown[title] for title in shown if title.endswith("_pull") or title in ("decay", "optimiser")]
        if "Δw" in shown:
            assert adds_up(pulls, shown["Δw"]), (name, shown)


def adds_up(parts: list[str], total: str) -> bool:
    """Whether a total is the sum of the parts as they are shown, or too small to be seen in it."""
    number, _ = value_of(total)
    calculated = sum(value_of(part)[0] for part in parts)
    unseen = abs(number) < len(parts) * max((value_of(part)[1] for part in parts if part != "0"), default=0)
    return comes_out(calculated, total) or unseen


@pytest.mark.parametrize("hp", SETTINGS, ids=lambda hp: "-".join(str(value) for value in hp.values()))
async def test_the_numbers_on_the_screen_are_the_trainers(hp: dict[str, Any]) -> None:
    async with explorer(size=(200, 60), **hp) as e:
        everything = {*FIELDS, *CHANGES, "class"}
        await e.press("space", "space", "n")
        assert_deltas_shown(e, everything)
        assert_moves_shown(e)
        await e.press("a", "down", "down")
        assert_deltas_shown(e, everything)
        assert_moves_shown(e)
        await e.press("end", "tab")
        assert_moves_shown(e)


async def test_a_means_without_a_key_has_its_columns_when_it_is_on_or_asked_for() -> None:
    """Its part of δ while it is on, its change of ‖w‖ also when it was given a strength, or was on."""
    async with explorer(size=(200, 60), logit_penalty=0.05, last_layer_l2=0.02) as e:
        await e.press("space", "space")

        def shown(titles: set[str], added: set[str]) -> None:
            rows, deltas = table(e.text, "Next step"), e.trainer.deltas(e.session.sample, e.session.strengths)
            assert set(rows["o1"]) - {"node", "class", *FIELDS, *CHANGES} == titles | added
            by_title = {REGULARIZERS[name].short: name for name in REGULARIZERS}
            for node in deltas.nodes:
                cells = rows[node.name]
                for title in titles:
                    assert shows(cells[title], node.norm_changes.by_name[by_title[title]])
                for title in added:
                    assert shows(cells[title], node.added.get(by_title[title[1:]]))
            node, cells = deltas.node("o2"), rows["o2"]
            assert adds_up([cells[title] for title in ("t′−o", *added)], cells["δ"])
            assert shows(cells["δ"], node.signal)

        shown({"logit", "lastL2"}, {"+logit"})
        moves, rows = e.trainer.deltas(e.session.sample).weights("o1"), table(e.text, "Weights into o1")
        for at, source in enumerate(moves.sources):
            assert shows(rows[source]["logit_pull"], moves.logit_penalty[at])
            assert shows(rows[source]["lastL2_pull"], moves.last_layer_l2[at])
        e.session.set_strength("z_loss", 0.3)
        e.screen.action_switch("logit_penalty")
        await e.rest()
        shown({"logit", "lastL2", "z-loss"}, set())
        e.screen.action_switch("confidence_penalty")
        await e.rest()
        shown({"logit", "lastL2", "z-loss", "conf."}, {"+conf."})
        assert "δ = t′ − o − βo(log o + H)" in e.text


async def test_a_means_that_does_not_go_with_the_output_says_so_and_stays_off() -> None:
    async with explorer(output="sigmoid", loss="mse") as e:
        e.screen.action_switch("z_loss")
        await e.rest()
        assert e.message == "z_loss goes with output softmax alone, got output sigmoid"
        assert not e.hp.z_loss


@pytest.mark.parametrize(
    ("size", "left_out"),
    [((120, 40), {"L1", "decay", "as_set"}), ((80, 24), {"L1", "decay", "as_set", "class"})],
)
async def test_smaller_screens_show_fewer_columns_and_the_same_numbers(
    size: tuple[int, int], left_out: set[str]
) -> None:
    async with explorer(size=size, label_smoothing=0.1) as e:
        await e.press("space", "l", "a")
        assert_deltas_shown(e, {*FIELDS, *CHANGES, "class"} - left_out)
        assert_moves_shown(e)


async def test_the_line_below_the_table_works_the_selected_nodes_signal_out() -> None:
    async with explorer(WIDE, label_smoothing=0.1) as e:
        await e.press("space", "down")
        node = e.trainer.deltas(e.session.sample).node("o2")
        line = next(
            line[line.index("o2 versicolor: δ") :] for line in e.text.splitlines() if "o2 versicolor: δ" in line
        )
        _, equation, difference, signal, *_ = line.split("=")
        soft, output = difference.split(" − ")
        assert equation.strip() == "t′ − o"
        assert shows(soft.strip(), node.soft_target)
        assert shows(output.strip(), node.output)
        assert shows(signal.split("·")[0].strip(), node.signal)
        assert shows(line.split("=")[-1].strip(), node.move)


async def test_where_there_is_no_room_for_every_means_their_sum_is_shown() -> None:
    means = {"logit_penalty": 0.02, "confidence_penalty": 0.1, "max_suppression": 0.1, "z_loss": 0.02}
    async with explorer(size=(80, 24), **means) as e:
        await e.press("space")
        for size in ((80, 24), WIDE):
            await e.resize(*size)
            for name in ("o1", "o3"):
                node = e.trainer.deltas(e.session.sample).node(name)
                cells = table(e.text, "Next step")[name]
                added = sum(node.added.values())
                if "+others" in cells:
                    assert shows(cells["+others"], added)
            line = next(line for line in e.text.splitlines() if "o1 setosa: δ = " in line)
            assert "…" not in line
            numbers, signal = line.partition("δ = ")[2].split(" = ")[:2]
            node = e.trainer.deltas(e.session.sample).node("o1")
            assert shows(signal.split("·")[0].strip(), node.signal)
            words = numbers.replace(" (4 others)", "").split()
            terms = [value_of(sign + text)[0] for sign, text in zip(["+", *words[1::2]], words[::2], strict=True)]
            assert sum(terms) == pytest.approx(node.signal, abs=1e-4)
        assert "+z-loss" in table(e.text, "Next step")["o1"] or "+others" in table(e.text, "Next step")["o1"]


@pytest.mark.parametrize("loss", ["cross_entropy", slow("mse")])
async def test_the_line_below_the_table_adds_what_regularisers_add_to_the_signal(loss: str) -> None:
    output = "softmax" if loss == "cross_entropy" else "sigmoid"
    async with explorer(size=(80, 24), logit_penalty=0.02, output=output, loss=loss) as e:
        await e.press("space")
        node = e.trainer.deltas(e.session.sample).node("o1")
        line = next(line for line in e.text.splitlines() if "o1 setosa: δ = " in line)
        numbers, signal, *_ = line.partition("δ = ")[2].split(" = ")
        assert shows(numbers.rpartition(" + ")[2].strip("()"), node.added["logit_penalty"])
        assert shows(signal.split("·")[0].strip(), node.signal)


async def test_the_switches_say_what_they_do_and_keep_their_strengths() -> None:
    async with explorer() as e:
        await e.press("space")
        for key, name in {"s": "label_smoothing", "l": "l2", "L": "l1", "d": "weight_decay"}.items():
            strength = getattr(e.session.strengths, name)
            await e.press(key)
            assert getattr(e.hp, name) == strength > 0
            assert e.message.startswith(REGULARIZERS[name].title)
            assert "is on from the next step on" in e.message
            assert line(e, name).on
            if name == "label_smoothing":
                for value in on_off(strength, 3):
                    assert any(shows(word.rstrip(",."), value) for word in e.message.split() if word[0] == ".")
            await e.press(key)
            assert getattr(e.hp, name) == 0
            assert e.message == f"{REGULARIZERS[name].title} is off from the next step on."
            assert getattr(e.session.strengths, name) == strength
            assert not line(e, name).on


async def test_a_switch_changes_the_next_step_and_the_table_at_once() -> None:
    async with explorer() as e:
        before = table(e.text, "Next step")["o1"]
        await e.press("s")
        after = table(e.text, "Next step")["o1"]
        assert (before["t′"], after["t′"]) == ("0", ".0333")
        assert after["δ"] != before["δ"]
        assert (after["plain"], after["smooth"]) == (before["plain"], before["smooth"])
        await e.press("space")
        expected = new_trainer(1, label_smoothing=0.1)
        assert e.trainer.network.parameters.tolist() == expected.network.parameters.tolist()


async def test_a_switch_that_cannot_be_says_why_and_stays_off_by_key_and_mouse() -> None:
    async with explorer(WIDE, output="identity", loss="hinge") as e:
        await e.press("s")
        assert e.hp.label_smoothing == 0
        assert "hard targets" in e.message
        assert e.find("#message").has_class("-error")
        assert not line(e, "label_smoothing").on
        e.screen.say("")
        await click(e, "label_smoothing", 1)
        await e.rest()
        assert "hard targets" in e.message
        assert e.hp.label_smoothing == 0
        assert "[ ] smooth a" in e.text


async def test_tab_walks_the_batch_and_shift_tab_walks_back() -> None:
    async with explorer(batch_size=5) as e:
        batch = e.trainer.next_batch.tolist()
        seen = []
        for _ in range(6):
            assert f"row {e.screen.shown.sample_row} ({e.screen.shown.sample_class}) alone ─" in e.text
            assert e.screen.shown.sample_row == e.trainer.data.train_rows[e.session.sample] + 1
            seen.append(e.session.sample)
            await e.press("tab")
        assert seen == [*batch, batch[0]]
        await e.press("shift+tab")
        assert e.session.sample == batch[0]
        await e.press("shift+tab")
        assert e.session.sample == batch[-1]
        assert e.trainer.step_count == 0

        await e.press("space")
        assert f"row {e.trainer.data.train_rows[batch[-1]] + 1} " in e.text, (
            "a step keeps the sample, so that one sees what became of it"
        )
        assert "not in the next batch" in e.text
        await e.press("tab")
        assert e.session.sample == e.trainer.next_batch[0]


async def test_a_shows_the_batchs_mean_and_a_sample_again() -> None:
    async with explorer() as e:
        await e.press("a")
        assert "mean of the batch's 16 samples" in e.text
        shown = table(e.text, "Next step")
        assert sum(value_of(shown[f"o{i}"]["t"])[0] for i in (1, 2, 3)) == pytest.approx(1, abs=0.02)
        await e.press("a")
        assert f"row {e.trainer.data.train_rows[e.trainer.next_batch[0]] + 1} (" in e.text


async def test_up_and_down_and_the_mouse_choose_a_node() -> None:
    async with explorer(WIDE) as e:
        for key, node in [("down", "o2"), ("down", "o3"), ("down", "h1"), ("up", "o3"), ("end", "h5"), ("home", "o1")]:
            await e.press(key)
            assert e.session.node == node
            assert f"▸{node} " in e.text
            assert f"Weights into {node} ─" in e.text
            assert f"  {node}: " in e.text or f"  {node} " in e.text
        lines = e.text.splitlines()
        row = next(y for y, line in enumerate(lines) if " h3 hidden" in line)
        await e.click(lines[row].index("h3"), row)
        assert e.session.node == "h3"
        assert "Weights into h3 ─" in e.text
        await e.press("space")
        assert e.session.node == "h3"


async def test_enter_goes_to_the_weights_and_back() -> None:
    async with explorer(hidden=(12,)) as e:
        await e.press("enter")
        assert e.focus == "weights"
        first = next(iter(table(e.text, "Weights into o1")))
        await e.press("end")
        assert "bias" in table(e.text, "Weights into o1")
        assert first not in table(e.text, "Weights into o1")
        assert e.session.node == "o1", "the arrows scroll the weights and leave the node alone"
        await e.press("enter", "down")
        assert e.focus == "deltas"
        assert e.session.node == "o2"


async def test_o_orders_the_weights_by_the_size_of_their_move() -> None:
    async with explorer(size=(120, 60)) as e:
        inputs = ["h1", "h2", "h3", "h4", "h5", "bias"]
        assert list(table(e.text, "Weights into o1")) == inputs
        await e.press("o")
        assert "largest moves first" in e.text
        moves = e.trainer.deltas(e.session.sample).weights("o1")
        rows = list(table(e.text, "Weights into o1"))
        assert rows == sorted(inputs, key=lambda name: -abs(moves.net[moves.sources.index(name)]))
        assert rows != inputs
        await e.press("o")
        assert list(table(e.text, "Weights into o1")) == inputs
        assert "largest moves first" not in e.text


async def test_columns_fit_the_width_that_they_are_drawn_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A frame may be drawn before the table has heard of its new size."""
    async with explorer((80, 24)) as e:
        monkeypatch.setattr(NumberTable, "on_resize", lambda table: None)
        await e.resize(120, 24)
        heading = e.area("#weights").splitlines()[0]
        assert len(heading.rstrip()) > 80


async def test_a_band_says_what_the_right_hand_columns_have_in_common_and_hides_no_node() -> None:
    async with explorer((80, 24)) as e:
        above, heading, *_ = e.area("#deltas").splitlines()
        assert above.split() == ["│", *["Δ‖w‖", "of", "next", "step", "if"]]
        assert above.index("Δ‖w‖") == heading.index(" plain")
        assert len(table(e.text, "Next step")) == 8
        await e.click(4, 1 + 2 + 3, "#deltas")
        assert e.session.node == "h1", "a click below the band means the row that one sees"
        await e.resize(80, 20)
        assert "right-hand columns: Δ‖w‖ of the next step if …" in e.text
