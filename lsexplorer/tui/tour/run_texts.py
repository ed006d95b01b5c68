"""What the tour asks and tells of long runs; every number is made here from what the live run shows."""

import math

from lsexplorer.nn.metrics import Evaluation
from lsexplorer.nn.targets import on_off, optimal_gap
from lsexplorer.render.match_texts import ratio_line
from lsexplorer.render.numbers import format_setting
from lsexplorer.study.match.verdict import CRITERION_NAMES
from lsexplorer.tui.model.frame import Frame
from lsexplorer.tui.tour.step import Seen
from lsexplorer.tui.tour.texts import classes_of, grew, n, node, s, soft_error, soft_target

NEAR = 0.01
"""A difference of gaps, and a change of ECE, that is not worth calling one."""


def _norm(frame: Frame) -> float:
    return float(frame.history["weight_norm"].values[frame.history["weight_norm"].steps <= frame.step][-1])


# Growth, and what stops it


def ask_growth(seen: Seen) -> str:
    """Before a long run with hard targets."""
    rows = len(seen.start.deltas.batch)
    return (
        f"Hard targets, and {rows} rows that are easy to tell apart. Once all are right, will the weight norm ‖W‖ stop "
        "growing? Press r and watch; space pauses."
    )


def growth(seen: Seen) -> str:
    """How far the norm came."""
    now, series = seen.now, seen.now.history["weight_norm"]
    top = 10 ** int(math.log10(now.step))
    marks = [max(top // 10, 1), top] if top < now.step else [max(top // 10, 1)]
    was = ", ".join(f"{n(float(series.values[series.steps <= at][-1]))} at step {at:,}" for at in marks)
    return (
        f"{now.train.accuracy:.0%} of the rows are right, and yet ‖W‖ was {was}, and is {n(_norm(now))} at step "
        f"{now.step:,}: with every tenfold of steps it grows by much the same. The mean confidence is "
        f"{format_setting(now.train.mean_confidence)}; what it lacks goes on pulling."
    )


def ask_stop(seen: Seen, a: float) -> str:
    """Before smoothing sets in."""
    start = seen.start
    on, _ = on_off(a, classes_of(start))
    return (
        f"After {start.step:,} steps o2 says {n(node(start).output)} and ‖W‖ is {n(_norm(start))}. Smoothing makes the "
        f"target {n(on)}. Will ‖W‖ grow more slowly, stop, or shrink? Press s, then r; space pauses."
    )


def stopped(seen: Seen) -> str:
    """Where the norm went."""
    start, now = seen.start, seen.now
    return (
        f"‖W‖ {grew(_norm(now) - _norm(start))} from {n(_norm(start))} to {n(_norm(now))}. o2 says "
        f"{n(node(now).output)}, its target t′ is {n(soft_target(now))}: t′ − o = {s(soft_error(now))}. "
        "Where o is t′, nothing pulls any more, and the weights stand still."
    )


def ask_l2(seen: Seen) -> str:
    """Before L2 sets in."""
    start = seen.start
    return (
        f"The same run, hard targets. L2 pulls every weight towards 0 by ηλw, here λ = {n(start.strengths.l2)}. "
        f"Where will ‖W‖ = {n(_norm(start))} end, and will the outputs reach their targets? Press l, then r."
    )


def balanced(seen: Seen) -> str:
    """Where the norm went, and what holds it there."""
    start, now = seen.start, seen.now
    moves = now.deltas.weights("o2")
    at = int(abs(moves.weight[:-1]).argmax())
    return (
        f"‖W‖ {grew(_norm(now) - _norm(start))} from {n(_norm(start))} to {n(_norm(now))}. The mean confidence is "
        f"{n(now.train.mean_confidence)}, short of the target, so the data pull on: {s(float(moves.data[at]))} on the "
        f"largest weight into o2. L2 pulls it by {s(float(moves.l2[at]))}: a balance of two pulls, no target reached."
    )


def ask_gap(seen: Seen) -> str:
    """Before the run with smoothing."""
    a = seen.start.hp.label_smoothing
    on, off = on_off(a, classes_of(seen.start))
    return (
        f"The logit gap is the right class's logit less the others' mean. With a = {n(a)} the best outputs are {n(on)} "
        f"and {n(off)}, {n(on / off)} to one. Which gap gives them? Press r; space pauses."
    )


def gap(seen: Seen) -> str:
    """The gap reached, and the formula's."""
    a, classes, now = seen.start.hp.label_smoothing, classes_of(seen.start), seen.now.train.logit_gap
    on, off = on_off(a, classes)
    best = optimal_gap(a, classes)
    return (
        f"log(1 + K(1 − a)/a) = log {n(on / off)} = {n(best)}. The run's gap is {n(now)}, "
        f"{n(abs(best - now))} {'short of' if now < best else 'above'} it. A finite gap needs only finite weights."
    )


def ask_no_gap(seen: Seen) -> str:
    """Before smoothing goes off."""
    return "And without smoothing, what does the formula say? Press s to switch it off, then r."


def no_gap(seen: Seen) -> str:
    """What the gap does without a target of its own."""
    before, now = seen.before.train.logit_gap, seen.now.train.logit_gap
    best = optimal_gap(seen.now.hp.label_smoothing, classes_of(seen.now))
    return (
        f"With a = {n(seen.now.hp.label_smoothing)} it is {'infinite' if math.isinf(best) else n(best)}: the gap "
        f"{grew(now - before)} from {n(before)} to {n(now)} in {seen.now.step - seen.before.step:,} steps, "
        "and no gap is large enough."
    )


# Calibration


def _sure(test: Evaluation) -> str:
    return f"right on {test.accuracy:.1%} of the test rows and {test.mean_confidence:.1%} sure"


def _than(test: Evaluation) -> str:
    return "surer than right" if test.mean_confidence > test.accuracy else "less sure than right"


def ask_digits(seen: Seen, epochs: int) -> str:
    """Before an accurate network is trained."""
    return (
        "Calibrated: as often right as it is sure. The calibration error ECE is how far it is from that. Press e: "
        f"{epochs} epochs on handwritten digits with hard targets. Will the network be too sure?"
    )


def ask_mnist1d(seen: Seen, epochs: int) -> str:
    """Before a network that overfits is trained."""
    return (
        f"Now data that are hard for this network. Press e: {epochs} epochs with hard targets. Will it know how "
        "often it is wrong?"
    )


def how_sure(seen: Seen) -> str:
    """The hard network's calibration."""
    test, train = seen.now.test, seen.now.train
    learnt = f" (of the training rows {train.accuracy:.1%})"
    return f"It is {_sure(test)} on average{learnt}: {_than(test)}. ECE is {n(test.ece)}."


def ask_calibrated(a: float) -> str:
    """Before the same network is trained with smoothing."""
    return (
        f"The same from the start with smoothing, a = {n(a)}: it will be less sure. Will ECE then be better (smaller) "
        "or worse? Press e."
    )


def calibrated(seen: Seen) -> str:
    """Both calibrations."""
    hard, now = seen.before.test, seen.now.test
    change = now.ece - hard.ece
    verdict = "Much the same" if abs(change) < NEAR else "Better" if change < 0 else "Worse"
    return (
        f"{verdict} here: ECE went from {n(hard.ece)} to {n(now.ece)}. It is {_sure(now)}: {_than(now)}. Hard targets: "
        f"{hard.accuracy:.1%} and {hard.mean_confidence:.1%}. Whether smoothing calibrates depends on how much too "
        "sure the network was."
    )


# The question


def ask_same(seen: Seen) -> str:
    """Before the comparison."""
    return (
        "You saw smoothing and L2 stop the weights, each in its way. With the right λ, would L2 have done the same? "
        "Press c for all side by side: r runs them, m finds the λ on some seeds and judges on others, Esc comes back."
    )


def same(seen: Seen) -> str:
    """The match's verdict."""
    assert seen.match is not None
    match = seen.match
    value = match.strengths[match.plan.criterion].value
    at = "" if value is None else f", with L2 at λ = {n(value)} matched on {CRITERION_NAMES[match.plan.criterion]}"
    return (
        f"{match.verdict.kind.capitalize()} on {seen.start.data_name} ({len(match.evaluation)} seeds){at}. "
        f"{ratio_line(match)} In c, m shows every measure. On your own data: `lsexplorer match FILE`."
    )
