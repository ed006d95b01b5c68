"""Questions and answers of the tour about targets, single steps and losses; every number comes from the run shown."""

import math

from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.targets import on_off
from lsexplorer.render.numbers import format_brief, format_brief_signed
from lsexplorer.run import NodeDelta
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.tour.step import StepContext


def node(frame: Frame, name: str = "o2") -> NodeDelta:
    """A node's row of the delta table."""
    return frame.deltas.node(name)


def output(frame: Frame, name: str = "o2") -> str:
    """A node's output, as text."""
    return format_brief(node(frame, name).output)


def error(frame: Frame) -> str:
    """The error term t − o of o2, as text."""
    return format_brief_signed(node(frame).error or 0.0)


def soft_error(frame: Frame) -> str:
    """The error term t′ − o of o2, as text."""
    return format_brief_signed(node(frame).soft_error or 0.0)


def target(frame: Frame, name: str = "o2") -> str:
    """A node's hard target t, as text."""
    return format_brief(node(frame, name).target or 0.0)


def soft_target(frame: Frame, name: str = "o2") -> str:
    """A node's soft target t′, as text."""
    return format_brief(node(frame, name).soft_target or 0.0)


def class_count(frame: Frame) -> int:
    """The number of classes, K."""
    return len(frame.class_names)


def grew(change: float) -> str:
    """A change as a verb."""
    if change == 0:
        return "stayed"
    return "grew" if change > 0 else "shrank"


def smoothed_target(context: StepContext, a: float) -> str:
    """The soft target of the sample's own class under smoothing ``a``, as text."""
    return format_brief(on_off(a, class_count(context.start))[0])


def _signal(frame: Frame) -> str:
    return format_brief_signed(node(frame).signal)


def _bias(frame: Frame) -> float:
    return float(frame.deltas.weights("o2").weight[-1])


# Hard and soft targets


def ask_soft(context: StepContext) -> str:
    """Before smoothing is switched on."""
    start = context.start
    return (
        f"This sample is a {start.sample_class}: its target t is {target(start)} for o2 and {target(start, 'o1')} for "
        f"the others. Smoothing takes some of the {target(start)} and shares it among all classes. What will t′ be? "
        "Press s."
    )


def soft(context: StepContext) -> str:
    """The soft targets, and that they sum to one."""
    now = context.now
    total = sum(delta.soft_target or 0.0 for delta in now.deltas.nodes)
    return (
        f"t′ = (1 − a)·t + a/K with a = {format_brief(now.hp.label_smoothing)} and K = {class_count(now)} classes: "
        f"{target(now)} became {soft_target(now)}, {target(now, 'o1')} became {soft_target(now, 'o1')}. "
        f"They still add up to {format_brief(total)}."
    )


def ask_article(context: StepContext, a: float) -> str:
    """Before the article's own soft targets."""
    on, off = map(format_brief, on_off(a, class_count(context.start)))
    return f"The article uses {on} for the class and {off} for the others. Is its a larger? Press e."


def article_soft(context: StepContext) -> str:
    """The smoothing that gives the article's targets."""
    now, a = context.now, context.now.hp.label_smoothing
    return (
        f"{'Yes' if a > context.before.hp.label_smoothing else 'No'}: its a is {format_brief(a)}, and t′ is "
        f"{soft_target(now)} for the class, {soft_target(now, 'o1')} for the others. D shows all rows with these "
        "targets."
    )


# The error term


def _back(context: StepContext) -> str:
    """The key that leads back to the training step where the tour step began."""
    return "b goes back. " * (context.steps > 0)


def _first(context: StepContext) -> str:
    """The keys that lead back to where the tour step began."""
    return _back(context) + "s switches smoothing off again. " * ("label_smoothing" in context.changed)


def ask_step(context: StepContext) -> str:
    """Before a step with a hard target."""
    start = context.start
    return _first(context) + (
        f"o2's output is {output(start)}, its target t is {target(start)}. Will the weights into o2 grow or shrink in "
        f"the next step, and how far will its bias move at η = {format_brief(start.hp.learning_rate)}? Press space."
    )


def stepped(context: StepContext) -> str:
    """What the step did."""
    start, now = context.start, context.now
    return (
        f"{_grown(context)} t − o was {target(start)} − {output(start)} = {error(start)}; times η = "
        f"{format_brief(start.hp.learning_rate)} that is {format_brief_signed(node(start).move)}, and the bias moved "
        f"by {_bias_move(context)}. o2's output is now {output(now)}."
    )


def ask_step_soft(context: StepContext, a: float) -> str:
    """Before the target is smoothed."""
    return _first(context) + (
        f"With a soft target of {smoothed_target(context, a)} instead of {target(context.start)}: does "
        "the output still move up, and as far? Press s and look at η·δ."
    )


def stepped_soft(context: StepContext) -> str:
    """The same next step with the soft target."""
    hard, soft = node(context.start).move, node(context.now).move
    ratio = abs(hard / soft) if soft else math.inf
    compared = f" That is {format_brief(ratio)} times less than with the hard target." if ratio > 1 else ""
    return _direction(context) + compared


def ask_near(context: StepContext) -> str:
    """Before a step near the hard target."""
    start = context.start
    return _first(context) + (
        f"Some steps later o2's output is {output(start)}; its target t is {target(start)}. Do the weights into o2 "
        "still grow, and how far will its bias move? Press space."
    )


def near(context: StepContext) -> str:
    """What the step did."""
    start = context.start
    return (
        f"{_grown(context)} t − o was {error(start)}, so the bias moved by {_bias_move(context)}. That is little, but "
        f"a softmax output always stays below {target(start)}, so with hard targets it never ends."
    )


def ask_near_soft(context: StepContext, a: float) -> str:
    """Before the target is smoothed."""
    target_text = smoothed_target(context, a)
    return f"{_first(context)}What about a soft target of {target_text}, which o2 already exceeds? Press s."


def near_soft(context: StepContext) -> str:
    """The same next step with the soft target."""
    change = format_brief_signed(node(context.now).norm_changes.now)
    return f"{_direction(context)} The next step changes ‖w‖ by {change}: space makes it."


def _grown(context: StepContext) -> str:
    change = node(context.now).norm - node(context.start).norm
    return f"They {grew(change)}: ‖w‖ by {format_brief_signed(change)}."


def _bias_move(context: StepContext) -> str:
    return format_brief_signed(_bias(context.now) - _bias(context.start))


def _direction(context: StepContext) -> str:
    """Which way the soft target pulls, and how far."""
    now = context.now
    up, was_up = node(now).signal > 0, node(context.start).signal > 0
    return (
        f"{'Still' if up == was_up else 'Now'} {'up' if up else 'down'}: t′ − o = {soft_target(now)} − {output(now)} = "
        f"{soft_error(now)}, and η·δ = {format_brief_signed(node(now).move)}."
    )


# Losses


def ask_mse(context: StepContext) -> str:
    """Before squared error."""
    start = context.start
    return _first(context) + (
        f"The sample is a {start.sample_class}, but o1's output is {output(start, 'o1')} and o2's is {output(start)}. "
        f"Cross-entropy gives o2 δ = t − o = {_signal(start)}. Does squared error pull harder? Press e."
    )


def mse(context: StepContext) -> str:
    """Squared error's signal beside cross-entropy's."""
    now = context.now
    ratio = abs(node(now).signal / node(context.start).signal)
    verdict, times, more = ("Yes", ratio, "more") if ratio > 1 else ("No", 1 / ratio, "less")
    return (
        f"{verdict}: δ is {_signal(now)}, {format_brief(times)} times {more}. It contains t − o = {error(now)}, but "
        f"multiplied by the output, {output(now)}: a node that is confidently wrong hardly learns. The table's title "
        "has the equation."
    )


def ask_mse_soft(context: StepContext) -> str:
    """Before smoothing under squared error."""
    return f"{_back(context)}Does smoothing work with cross-entropy only? Press s and look at t′ and δ."


def mse_soft(context: StepContext) -> str:
    """Smoothing under squared error."""
    now = context.now
    return (
        f"No: t′ is {soft_target(now)}, and δ of o2 went from {_signal(context.before)} to {_signal(now)}. Smoothing "
        "changes the target, and every loss computes its own δ from it. Here the article is right."
    )


def ask_mae(context: StepContext) -> str:
    """Before the absolute error."""
    return _first(context) + (
        "The article: every loss's update contains (target − output). The outputs here are the logits themselves; "
        f"squared error gives o2 δ = t − o = {_signal(context.start)}. What will {LOSSES['mae'].formula} give? Press e."
    )


def mae(context: StepContext) -> str:
    """The absolute error's signal."""
    now = context.now
    return (
        f"{_signal(now)}: {now.deltas.equation}. The distance, {error(now)}, is not in it, only its sign: "
        "(target − output) is missing."
    )


def ask_mae_soft(context: StepContext, a: float) -> str:
    """Before smoothing under the absolute error."""
    old, new = target(context.start), smoothed_target(context, a)
    return f"{_back(context)}Smoothing moves the target from {old} to {new}. Will δ of o2 change? Press s."


def mae_soft(context: StepContext) -> str:
    """Smoothing under the absolute error."""
    now = context.now
    same = node(context.before).signal == node(now).signal
    return (
        f"{'No' if same else 'Yes'}: t′ − o is {soft_error(now)} instead of {error(now)}, and δ is "
        f"{'still ' if same else ''}{_signal(now)}. Here smoothing matters only where it flips the sign. Hinge loss "
        "has no (target − output) either: ? shows all signals."
    )
