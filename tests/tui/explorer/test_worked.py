"""The worked lines, without a screen: whatever they show comes out on a calculator, and is what the trainer has."""

import re
from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from lsexplorer.render.arithmetic import Written
from lsexplorer.tui.explorer.worked import worked_signal
from lsexplorer.tui.explorer.worked_weight import worked_weight
from tests.support.arithmetic import calculated, comes_out, equations
from tests.support.explorer import shows
from tests.support.helpers import MEANS, PAIRS, REMEDIES, crossed, dataset, fitting_means, small_data, trainer

SIGNALS = [name for name in MEANS if name != "last_layer_l2"]
LOSSES = [{"output": output, "loss": loss} for output, loss in PAIRS]
LOSSES += [{**pair, "softmax_jacobian": "diagonal"} for pair in LOSSES if pair["output"] == "softmax"]


def first(forms: Iterable[str], width: int) -> str:
    """What is shown in a line of so many characters."""
    made = list(forms)
    return next((form for form in made if len(form) <= width), made[-1])


def assert_comes_out(line: str, results: dict[str, float]) -> None:
    """Every equation of a line, and what it says of the quantities whose true values are given."""
    assert "≈" not in line
    worked = list(equations(line))
    for formula, value, result in worked:
        assert comes_out(value, result), (line, formula, value, result)
    for part in line.partition(": ")[2].split(" · "):
        name, _, rest = part.partition(" = ")
        if name in results:
            shown = re.sub(" [<≥] 1$| = Δw$", "", rest).rsplit(" = ", 1)[-1]
            assert shows(shown, results[name]), (line, part, results[name])


@pytest.mark.parametrize(
    ("loss", "regularizer", "steps"), crossed(LOSSES, ["", "label_smoothing", *SIGNALS, "all"], [3, 300], keep=17)
)
def test_every_worked_signal_comes_out(loss: dict[str, str], regularizer: str, steps: int) -> None:
    """In all its forms, for a sample of each class and the mean of a batch, at outputs and hidden nodes."""
    means = fitting_means(**loss)
    if regularizer == "label_smoothing":
        means = {"label_smoothing": 0.1} if loss["loss"] != "hinge" else {}
    elif regularizer != "all":
        means = {name: value for name, value in means.items() if name == regularizer}
    t = trainer(small_data(), **loss, **means, learning_rate=0.2)
    t.step(steps)
    for sample in (0, 1, 2, None):
        deltas = t.deltas(sample)
        for name in ("o1", "o3", "h2"):
            node = deltas.node(name)
            forms = list(worked_signal(deltas, name, t.hyperparameters))
            for form in forms:
                results = {"δ": node.signal, "mean δ": node.signal, "η·δ": node.move, "Σw·δ": node.incoming}
                assert_comes_out(form, results)
                assert any(result for *_, result in equations(form)) or "= 0" in form
            assert len(forms[-1]) <= 78


RULES: list[dict[str, Any]] = [
    {},
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True},
    {"optimizer": "adam", "learning_rate": 0.02},
]


@pytest.mark.parametrize(
    ("rule", "regularizers", "steps"), crossed(RULES, [{}, REMEDIES, {**REMEDIES, **MEANS}], [0, 3, 400], keep=5)
)
def test_every_worked_weight_comes_out(rule: dict[str, Any], regularizers: dict[str, Any], steps: int) -> None:
    """In all its forms, at the first step, a later one and a late one."""
    t = trainer(small_data(), **rule, **regularizers)
    t.step(steps)
    for sample in (2, None):
        deltas = t.deltas(sample)
        for name in ("o2", "h1"):
            moves = deltas.weights(name)
            for source in (0, len(moves.sources) - 1):
                after, net = float(moves.after[source]), float(moves.net[source])
                forms = list(worked_weight(deltas, name, source, t.hyperparameters))
                for form in forms:
                    assert_comes_out(form, {"Δw": net, "w + Δw": after, "data": float(moves.data[source])})
                assert len(forms[-1]) <= 78


def test_adams_and_momentums_memory_by_hand() -> None:
    """m̂ and v̂, and v, against sums over the gradients of every step so far."""
    for rule in RULES[1:]:
        t, gradients = trainer(small_data(), **rule), []
        for step in range(1, 4):
            deltas, hp = t.deltas(), t.hyperparameters
            plain = trainer(small_data(), learning_rate=hp.learning_rate)
            plain.network.parameters = t.network.parameters
            plain.goto(step - 1)
            plain.network.parameters = t.network.parameters
            gradients.append(float(deltas.weights("o1").data[1]) / hp.learning_rate)
            if hp.optimizer == "adam":
                m = sum(0.1 * 0.9 ** (step - 1 - k) * g for k, g in enumerate(gradients)) / (1 - 0.9**step)
                v = sum(0.001 * 0.999 ** (step - 1 - k) * g * g for k, g in enumerate(gradients)) / (1 - 0.999**step)
                expected = {"m̂": m, "v̂": v}
            else:
                expected = {"v": sum(0.9 ** (step - 1 - k) * g for k, g in enumerate(gradients))}
            for form in list(worked_weight(deltas, "o1", 1, hp))[:-1]:
                assert all(f"{name} = " in form for name in expected)
                assert_comes_out(form, expected)
            t.step()


def test_a_softmaxs_line_has_q_its_sum_and_delta() -> None:
    t = trainer(small_data(), loss="mse")
    t.step(4)
    deltas = t.deltas(1)
    o = np.array([deltas.node(f"o{k}").output for k in (1, 2, 3)])
    target = np.array([deltas.node(f"o{k}").target for k in (1, 2, 3)])
    q = o * (target - o)
    line = first(worked_signal(deltas, "o3", t.hyperparameters), 120)
    assert_comes_out(line, {"q": q[2], "Σq": q.sum(), "δ": q[2] - o[2] * q.sum()})
    assert [part.partition(" = ")[0] for part in line.partition(": ")[2].split(" · ")][:3] == ["q", "Σq", "δ"]


def test_a_hinges_line_has_the_margin() -> None:
    t = trainer(small_data(), output="identity", loss="hinge")
    seen = set()
    for row in range(12):
        t.step(8)
        deltas = t.deltas(row)
        z, y = np.array([deltas.node(f"o{k + 1}").output for k in range(3)]), int(t.data.y_train[row])
        rival = max(np.max(np.delete(z, y)), -np.inf)
        line = first(worked_signal(deltas, "o1", t.hyperparameters), 200)
        assert_comes_out(line, {f"margin o{y + 1} − o{int(np.flatnonzero(z == rival)[0]) + 1}": z[y] - rival})
        assert ("< 1" in line) == (z[y] - rival < 1)
        seen.add("< 1" in line)
    assert seen == {True, False}


def test_a_hidden_nodes_line_has_as_many_terms_as_there_is_room_for() -> None:
    rng = np.random.default_rng(0)
    t = trainer(dataset(rng.normal(size=(40, 3)), np.arange(40) % 10, classes=10), activation="relu")
    t.step(3)
    deltas = t.deltas(4)
    name = next(node.name for node in deltas.nodes if node.incoming is not None and node.slope)
    signals = [deltas.node(f"o{k + 1}").signal for k in range(10)]
    weights = deltas.layers[1].weight[deltas.node(name).unit]
    counts = []
    for width in (78, 100, 140):
        line = first(worked_signal(deltas, name, t.hyperparameters), width)
        formula, _, result = next(equations(line))
        terms = formula.count("·")
        assert f"({10 - terms} more)" in formula
        assert shows(result, float(weights @ signals))
        counts.append(terms)
    assert counts == sorted(counts)
    assert counts[0] < counts[-1]


def test_the_mean_of_products_is_not_worked_from_means() -> None:
    """Where the slope differs between the samples, the samples' own signals are averaged."""
    t = trainer(small_data(), output="sigmoid", loss="mse")
    t.step(2)
    deltas, each = t.deltas(), [t.deltas(int(row)).node("o1").signal for row in t.next_batch]
    line = first(worked_signal(deltas, "o1", t.hyperparameters), 1000)
    assert line.startswith("o1 class 0: mean δ = (")
    assert f")/{len(each)} = " in line
    shown = line.partition("(")[2].split()
    assert shows(shown[0], each[0])
    assert shows(shown[2], abs(each[1]))


def test_a_network_that_has_overflowed_has_a_line() -> None:
    t = trainer(small_data(), loss="mse", output="identity", activation="relu")
    t.network.parameters *= np.nan
    deltas = t.deltas(1)
    assert list(worked_signal(deltas, "o1", t.hyperparameters)) == ["o1 class 0: δ = —"]
    assert list(worked_weight(deltas, "o1", 0, t.hyperparameters)) == ["h1→o1: Δw = —"]


def test_a_narrow_line_has_the_formula_of_q_where_its_numbers_have_no_room() -> None:
    t = trainer(small_data(), loss="focal", label_smoothing=0.1)
    t.step(30)
    deltas = t.deltas(1)
    line = first(worked_signal(deltas, "o1", t.hyperparameters), 76)
    assert line.startswith("o1: q = t′[(1−o)² − 2o(1−o) log o] = ")
    assert_comes_out(line, {"δ": deltas.node("o1").signal})


def test_a_product_in_a_product_has_brackets_around_a_sign_alone() -> None:
    half, third, quarter = Written(".5", 0.5), Written("−.3", -0.3), Written(".25", 0.25)
    for factor, text in ((third * quarter, ".5·(−.3)·.25"), (quarter * third, ".5·.25·(−.3)")):
        assert (half * factor).text == text
        assert calculated(text) == pytest.approx((half * factor).value)
    assert (half * (third - quarter)).text == ".5·(−.3 − .25)"
    assert (half / (third * quarter)).text == ".5/(−.3·.25)"
