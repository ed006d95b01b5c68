"""What the tour asks and tells of targets, steps and losses; every number is made here from what the run shows."""

import math

from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.targets import on_off
from lsexplorer.run import NodeDelta
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.tour.step import Seen


def n(value: float) -> str:
    """A number in few digits: .75, .0333, .0025, 6.314, −.17, 3e−6."""
    text = (
        f"{value:.4f}".rstrip("0").rstrip(".") if 0.01 <= abs(value) < 1 else f"{value:.{3 if abs(value) < 1 else 4}g}"
    )
    sign, size = "−" if text.startswith("-") else "", text.removeprefix("-").replace("e-0", "e−").replace("e-", "e−")
    return sign + (size[1:] if size.startswith("0.") else size)


def s(value: float) -> str:
    """The same with its sign."""
    return ("+" if value > 0 else "") + n(value)


def node(frame: Frame, name: str = "o2") -> NodeDelta:
    """A node's row of the delta table."""
    return frame.deltas.node(name)


def error(frame: Frame) -> float:
    """T − o of o2."""
    return node(frame).error or 0.0


def soft_error(frame: Frame) -> float:
    """t′ − o of o2."""
    return node(frame).soft_error or 0.0


def target(frame: Frame) -> float:
    """T of o2."""
    return node(frame).target or 0.0


def soft_target(frame: Frame) -> float:
    """t′ of o2."""
    return node(frame).soft_target or 0.0


def classes_of(frame: Frame) -> int:
    """K."""
    return len(frame.class_names)


def _on(seen: Seen, a: float) -> float:
    return on_off(a, classes_of(seen.start))[0]


def _bias(frame: Frame) -> float:
    return float(frame.deltas.weights("o2").weight[-1])


def grew(change: float) -> str:
    """A change in a word."""
    return "grew" if change > 0 else "shrank" if change < 0 else "stayed"


# Hard and soft targets


def ask_soft(seen: Seen) -> str:
    """Before smoothing is switched on."""
    hard, rest = target(seen.start), node(seen.start, "o1").target or 0.0
    return (
        f"This row is a {seen.start.sample_class}: its target t is {n(hard)} for o2 and {n(rest)} for the others. "
        f"Smoothing takes some of the {n(hard)} and shares it out. What will stand under t′? Press s."
    )


def soft(seen: Seen) -> str:
    """The soft targets, and that they sum to one."""
    now, a, classes = seen.now, seen.now.hp.label_smoothing, classes_of(seen.now)
    rest, whole = node(now, "o1"), sum(one.soft_target or 0.0 for one in now.deltas.nodes)
    return (
        f"t′ = (1 − a)·t + a/K with a = {n(a)} and K = {classes} classes: {n(target(now))} became "
        f"{n(soft_target(now))}, {n(rest.target or 0.0)} became {n(rest.soft_target or 0.0)}. "
        f"Together they are {n(whole)} as before."
    )


def ask_article(seen: Seen, a: float) -> str:
    """Before the article's own soft targets."""
    on, off = on_off(a, classes_of(seen.start))
    return f"The article has {n(on)} for the class, and {n(off)} for the others. Is its a larger? Press e."


def article_soft(seen: Seen) -> str:
    """Which a the article's targets are."""
    a, before = seen.now.hp.label_smoothing, seen.before.hp.label_smoothing
    return (
        f"{'Yes' if a > before else 'No'}: its a is {n(a)}, and t′ is {n(soft_target(seen.now))} for the class, "
        f"{n(node(seen.now, 'o1').soft_target or 0.0)} for the others. D shows the rows with such targets."
    )


# The error term


def ask_step(seen: Seen) -> str:
    """Before a step with a hard target."""
    start = seen.start
    return (
        f"o2 says {n(node(start).output)}, its target t is {n(target(start))}. Will the weights into o2 grow or shrink "
        f"by the next step, and how far will its bias move at η = {n(start.hp.learning_rate)}? Press space."
    )


def stepped(seen: Seen) -> str:
    """What the step did."""
    start, now = seen.start, seen.now
    return (
        f"They {grew(node(now).norm - node(start).norm)}: ‖w‖ by {s(node(now).norm - node(start).norm)}. "
        f"t − o was {n(target(start))} − {n(node(start).output)} = {s(error(start))}; times η = "
        f"{n(start.hp.learning_rate)} that is {s(node(start).move)}, and the bias moved by "
        f"{s(_bias(now) - _bias(start))}. o2 says {n(node(now).output)} now."
    )


def ask_step_soft(seen: Seen, a: float) -> str:
    """Before the target is smoothed."""
    return (
        f"b goes back. With a soft target of {n(_on(seen, a))} in place of {n(target(seen.start))}: still up, and as "
        "far? Press s and look at η·δ."
    )


def stepped_soft(seen: Seen) -> str:
    """The same next step with the soft target."""
    return f"{_pulled(seen)} {_compared(seen)}"


def ask_near(seen: Seen) -> str:
    """Before a step near the hard target."""
    start = seen.start
    return (
        f"Steps later o2 says {n(node(start).output)}; its target t is {n(target(start))}. Do the weights into o2 "
        f"still grow, and how far will its bias move? Press space."
    )


def near(seen: Seen) -> str:
    """What the step did."""
    start, now = seen.start, seen.now
    return (
        f"They {grew(node(now).norm - node(start).norm)}: ‖w‖ by {s(node(now).norm - node(start).norm)}. "
        f"t − o was {s(error(start))}, so the bias moved by {s(_bias(now) - _bias(start))}. Little, "
        f"but a softmax output stays below {n(target(now))}, so with hard targets this never ends."
    )


def ask_near_soft(seen: Seen, a: float) -> str:
    """Before the target is smoothed."""
    return f"b goes back. And with a soft target of {n(_on(seen, a))}, which o2 is above already? Press s."


def near_soft(seen: Seen) -> str:
    """The same next step with the soft target."""
    change = node(seen.now).norm_changes.now
    return f"{_pulled(seen)} The next step changes ‖w‖ by {s(change)}: space makes it."


def _pulled(seen: Seen) -> str:
    now = node(seen.now)
    way = "Up" if now.signal > 0 else "Down"
    still = "still " if (now.signal > 0) == (node(seen.start).signal > 0) else "now "
    return (
        f"{way} {still}".strip() + f": t′ − o = {n(soft_target(seen.now))} − {n(now.output)} = "
        f"{s(soft_error(seen.now))}, and η·δ = {s(now.move)}."
    )


def _compared(seen: Seen) -> str:
    ratio = abs(node(seen.start).move / node(seen.now).move) if node(seen.now).move else math.inf
    return f"That is {n(ratio)} times less than with the hard target." if ratio > 1 else ""


# Losses


def ask_mse(seen: Seen) -> str:
    """Before squared error."""
    start = seen.start
    return (
        f"The row is a {start.sample_class}, but o1 says {n(node(start, 'o1').output)} and o2 {n(node(start).output)}. "
        f"Cross-entropy gives o2 δ = t − o = {s(node(start).signal)}. Is squared error's pull stronger? Press e."
    )


def mse(seen: Seen) -> str:
    """Squared error's signal beside cross-entropy's."""
    start, now = node(seen.start).signal, node(seen.now).signal
    larger = abs(now) > abs(start)
    ratio = abs(now / start) if larger else abs(start / now)
    return (
        f"{'Yes' if larger else 'No'}: δ is {s(now)}, {n(ratio)} times {'more' if larger else 'less'}. t − o = "
        f"{s(error(seen.now))} is in it, but times the output, {n(node(seen.now).output)}: a node that is surely wrong "
        "hardly learns. The table's title has the equation."
    )


def ask_mse_soft(seen: Seen) -> str:
    """Before smoothing under squared error."""
    return "Is smoothing tied to cross-entropy? Press s and look at t′ and δ."


def mse_soft(seen: Seen) -> str:
    """Smoothing under squared error."""
    before, now = node(seen.before).signal, node(seen.now).signal
    return (
        f"No: t′ is {n(soft_target(seen.now))}, and δ of o2 went from {s(before)} to {s(now)}. Smoothing changes the "
        "target; every loss makes its own δ of it. Here the article is right."
    )


def ask_mae(seen: Seen) -> str:
    """Before the absolute error."""
    start = seen.start
    return (
        "The article: every loss's update holds (target − output). These outputs are the logits themselves; squared "
        f"error gives o2 δ = t − o = {s(node(start).signal)}. What will {LOSSES['mae'].formula} give? Press e."
    )


def mae(seen: Seen) -> str:
    """The absolute error's signal."""
    now = node(seen.now)
    return (
        f"{s(now.signal)}: {seen.now.deltas.equation}. The distance, {s(error(seen.now))}, is not in it, only its "
        "sign: (target − output) is missing."
    )


def ask_mae_soft(seen: Seen, a: float) -> str:
    """Before smoothing under the absolute error."""
    return (
        f"Smoothing brings the target from {n(target(seen.start))} to {n(_on(seen, a))}. Will δ of o2 change? Press s."
    )


def mae_soft(seen: Seen) -> str:
    """Smoothing under the absolute error."""
    before, now = node(seen.before).signal, node(seen.now).signal
    same = before == now
    return (
        f"{'No' if same else 'Yes'}: t′ − o is {s(soft_error(seen.now))} in place of {s(error(seen.now))}, and δ is "
        f"{'still ' if same else ''}{s(now)}. Here smoothing counts only where it turns the sign. Hinge loss has no "
        "(target − output) either: ? shows all signals."
    )
