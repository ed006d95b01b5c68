"""Questions and answers of the tour about long runs; every number comes from the run shown."""

import math

from lsexplorer.nn.targets import on_off, optimal_gap
from lsexplorer.render.numbers import format_brief, format_brief_signed, format_score, format_setting, format_share
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.tour.step import StepContext
from lsexplorer.tui.tour.texts import class_count, grew, output, smoothed_target, soft_error, soft_target

NEAR = 0.01
"""A smaller change of ECE is called 'much the same'."""


def _norm_at(frame: Frame, step: int) -> float:
    """The weight norm at a step of the run so far."""
    norms = frame.history["weight_norm"]
    return float(norms.values[norms.steps <= step][-1])


def _norm(frame: Frame) -> str:
    return format_brief(_norm_at(frame, frame.step))


def _norm_went(context: StepContext) -> str:
    """How the weight norm went from the start to now."""
    start, now = context.start, context.now
    change = _norm_at(now, now.step) - _norm_at(start, start.step)
    return f"‖W‖ {grew(change)} from {_norm(start)} to {_norm(now)}."


# Growth, and what stops it


def ask_growth(context: StepContext) -> str:
    """Before a long run with hard targets."""
    return (
        f"Hard targets, and {len(context.start.deltas.batch)} samples that are easy to tell apart. Once the outputs "
        "are right for all of them, will the weight norm ‖W‖ stop growing? Press r and watch; space pauses."
    )


def growth(context: StepContext) -> str:
    """How large the norm became."""
    now = context.now
    power = 10 ** int(math.log10(now.step))
    marks = [max(power // 10, 1), *([power] if power < now.step else [])]
    norms = ", ".join(f"{format_brief(_norm_at(now, mark))} at step {mark:,}" for mark in marks)
    right = format_share(now.train.accuracy, now.rows["train"])
    return (
        f"{right} of the samples are right, and yet ‖W‖ was {norms}, and is {_norm(now)} at step "
        f"{now.step:,}: every tenfold increase in steps adds about as much. The mean confidence is "
        f"{format_setting(now.train.mean_confidence)}; what it lacks keeps pulling."
    )


def ask_stop(context: StepContext, a: float) -> str:
    """Before smoothing is switched on."""
    start = context.start
    return (
        f"After {start.step:,} steps o2's output is {output(start)} and ‖W‖ is {_norm(start)}. Smoothing lowers the "
        f"target to {smoothed_target(context, a)}. Will ‖W‖ grow more slowly, stop growing, or shrink? Press s, then "
        "r; space pauses."
    )


def stopped(context: StepContext) -> str:
    """Where the norm went."""
    now = context.now
    return (
        f"{_norm_went(context)} o2's output is {output(now)}, its target t′ is {soft_target(now)}: "
        f"t′ − o = {soft_error(now)}. Where o equals t′ nothing pulls any more, and the weights stand still."
    )


def ask_l2(context: StepContext) -> str:
    """Before L2 is switched on."""
    start = context.start
    return (
        f"The same run with hard targets. L2 pulls every weight towards 0 by ηλw, here with λ = "
        f"{format_brief(start.strengths.l2)}. Where will ‖W‖ = {_norm(start)} end up, and will the outputs reach their "
        "targets? Press l, then r."
    )


def balanced(context: StepContext) -> str:
    """Where the norm went, and what holds it there."""
    now = context.now
    moves = now.deltas.weights("o2")
    largest = int(abs(moves.weight[:-1]).argmax())
    data, l2 = (format_brief_signed(float(pulls[largest])) for pulls in (moves.data, moves.l2))
    return (
        f"{_norm_went(context)} The mean confidence is {format_brief(now.train.mean_confidence)}, short of the target, "
        f"so the data still pull: by {data} on the largest weight into o2. L2 pulls it by {l2}: the two pulls balance, "
        "and no target is reached."
    )


def ask_gap(context: StepContext) -> str:
    """Before the run with smoothing."""
    a = context.start.hp.label_smoothing
    on, off = on_off(a, class_count(context.start))
    return (
        f"The logit gap is the logit of the right class minus the others' mean. With a = {format_brief(a)} the "
        f"best outputs are {format_brief(on)} and {format_brief(off)}, {format_brief(on / off)} to one. Which gap "
        "gives them? Press r; space pauses."
    )


def gap(context: StepContext) -> str:
    """The gap reached, and the formula's."""
    a, classes, now = context.start.hp.label_smoothing, class_count(context.start), context.now.train.logit_gap
    on, off = on_off(a, classes)
    best = optimal_gap(a, classes)
    return (
        f"log(1 + K(1 − a)/a) = log {format_brief(on / off)} = {format_brief(best)}. The run's gap is "
        f"{_beside(now, best)}. A finite gap needs only finite weights."
    )


def _beside(gap: float, best: float) -> str:
    """A gap beside the best one, with their difference where the digits show one."""
    if format_brief(gap) == format_brief(best):
        return f"{format_brief(gap)} too"
    return f"{format_brief(gap)}, {format_brief(abs(best - gap))} {'short of' if gap < best else 'above'} it"


def ask_no_gap(context: StepContext) -> str:
    """Before smoothing is switched off."""
    return "And what does the formula say without smoothing? Press s to switch it off, then r."


def no_gap(context: StepContext) -> str:
    """What the gap does without a target of its own."""
    before, now = context.before, context.now
    old, new, a = before.train.logit_gap, now.train.logit_gap, now.hp.label_smoothing
    best = optimal_gap(a, class_count(now))
    return (
        f"With a = {format_brief(a)} it is {'infinite' if math.isinf(best) else format_brief(best)}: the gap "
        f"{grew(new - old)} from {format_brief(old)} to {format_brief(new)} in {now.step - before.step:,} steps, "
        "and no gap is large enough."
    )


# Calibration


def _confidence(frame: Frame) -> str:
    """How often a network is right, how sure it is, and which of them is larger."""
    test = frame.test
    verdict = "overconfident" if test.mean_confidence > test.accuracy else "underconfident"
    right, sure = (format_share(share, frame.rows["test"]) for share in (test.accuracy, test.mean_confidence))
    return f"right on {right} of the test samples and {sure} sure on average: {verdict}"


def ask_digits(context: StepContext, epochs: int) -> str:
    """Before an accurate network is trained."""
    return (
        "A calibrated network is right as often as it is sure. The calibration error ECE is how far it is from that. "
        f"Press e: {epochs} epochs on handwritten digits with hard targets. Will the network be overconfident?"
    )


def ask_mnist1d(context: StepContext, epochs: int) -> str:
    """Before a network that overfits is trained."""
    return (
        f"Now data that are hard for this network. Press e: {epochs} epochs with hard targets. Will it know how often "
        "it is wrong?"
    )


def how_sure(context: StepContext) -> str:
    """The calibration of the network trained on hard targets."""
    now = context.now
    trained = format_share(now.train.accuracy, now.rows["train"])
    return (
        f"It is {_confidence(now)}. ECE is {format_score(now.test.ece, now.rows['test'])}. "
        f"(Of the training samples {trained} are right.)"
    )


def ask_calibrated(a: float) -> str:
    """Before the same network is trained with smoothing."""
    return (
        f"The same from the start with smoothing, a = {format_brief(a)}: it will be less sure. Will ECE get better "
        "(smaller) or worse? Press e."
    )


def calibrated(context: StepContext) -> str:
    """Both calibrations."""
    hard, now = context.before.test, context.now.test
    rows = context.now.rows["test"]
    right, sure = (format_share(share, rows) for share in (hard.accuracy, hard.mean_confidence))
    change, verdict = now.ece - hard.ece, "Much the same"
    if abs(change) >= NEAR:
        verdict = "Better" if change < 0 else "Worse"
    return (
        f"{verdict} here: ECE went from {format_score(hard.ece, rows)} to {format_score(now.ece, rows)}. "
        f"It is {_confidence(context.now)}. With hard targets: {right} right and {sure} sure. Whether smoothing "
        "improves calibration depends on how overconfident the network was."
    )


# The question


def ask_same(context: StepContext) -> str:
    """Before the comparison."""
    return (
        "You have seen smoothing and L2 stop the weights, each in its own way. With the right λ, would L2 have done "
        "the same? Press c to see all methods side by side: there r runs them, m and Enter find λ on some seeds and "
        "judge it on others, Esc comes back."
    )


def same(context: StepContext) -> str:
    """The match's verdict."""
    from lsexplorer.render.match_texts import ratio_line  # there is a match: what makes one has been loaded
    from lsexplorer.study.match.verdict import CRITERION_NAMES

    match = context.match
    assert match is not None
    value = match.strengths[match.plan.criterion].value
    criterion = CRITERION_NAMES[match.plan.criterion]
    strength = "" if value is None else f", with L2 at λ = {format_brief(value)} matched on {criterion}"
    return (
        f"{match.verdict.kind.capitalize()} on {context.start.data_name} ({len(match.evaluation)} seeds){strength}. "
        f"{ratio_line(match)} Press c, then m, to see every measure. On your own data: `lsexplorer match FILE`."
    )
