"""The selected weight's move worked out in numbers: its pulls, the optimiser's memory, and where it goes."""

import math
from collections.abc import Iterable, Iterator
from functools import partial, reduce
from operator import add
from typing import NamedTuple

import numpy as np
from rich.cells import set_cell_size

from lsexplorer.nn.updates import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON
from lsexplorer.render.arithmetic import Equation, Sheet, Written, come_out
from lsexplorer.run import Deltas, Hyperparameters
from lsexplorer.run.working import WeightWorking, weight_working
from lsexplorer.tui.explorer.weights_table import PARTS
from lsexplorer.tui.widgets.fitting_lines import Forms

MOST_OF_A_NAME = 12
"""Characters of a predictor's name."""


def worked_weight(deltas: Deltas, name: str, source: int, hp: Hyperparameters) -> Iterable[str]:
    """The move of a weight into a node, by its place among the node's weights.

    Forms of it, the longest first; numbers stand in the order of the columns of the weights' table.
    """
    moves = deltas.weights(name)
    at = f"{set_cell_size(moves.sources[source], MOST_OF_A_NAME).rstrip()}→{name}"
    numbers = [moves.weight[source], moves.after[source], deltas.node(name).signal, moves.inputs[source]]
    if not np.isfinite([*numbers, moves.data[source]]).all():
        return [f"{at}: Δw = —"]
    return Forms(_Move(deltas, name, source, hp).forms(at))


Equations = tuple[Equation, ...]


class _Steps(NamedTuple):
    """The equations of one weight's move."""

    gradient: Equation
    """g, or η·δ·h where the optimiser has no memory."""
    memory: Equations
    """v of momentum; m̂ and v̂ of Adam."""
    short: Equations
    """The same from what was corrected alone."""
    move: Equation
    after: Equation


class _Move:
    """A weight's move: its numbers, and how they are written."""

    def __init__(self, deltas: Deltas, name: str, source: int, hp: Hyperparameters) -> None:
        self.working: WeightWorking = weight_working(deltas, name, source, hp)
        self.hp, self.step = hp, deltas.step + 1
        moves = deltas.weights(name)
        self.weight, self.after = float(moves.weight[source]), float(moves.after[source])
        self.is_mean = len(deltas.arrays.targets) > 1
        self.signal, self.input = deltas.node(name).signal, float(moves.inputs[source])
        self.is_data = not any(node.added for node in deltas.nodes)

    def work(self, sheet: Sheet, given: bool = False) -> _Steps:
        """All equations; given: the optimiser's memory after the step is not worked out."""
        working, rate = self.working, self.hp.learning_rate
        eta, product = sheet.number(rate), sheet.number(working.product)
        if not self.is_mean:
            product = sheet.number(self.signal) * sheet.number(self.input)
        penalties = {name: working.penalties[name] for name in PARTS if working.penalties.get(name)}
        if not working.before:
            pull = sheet.equation(eta * product, rate * working.product, inner=True)
            pulls = {name: rate * value for name, value in penalties.items()} | {"weight_decay": working.decay}
            terms = [sheet.number(pulls[name]) for name in PARTS if pulls.get(name)]
            return self._with_move(sheet, reduce(add, terms, pull.result), pull)
        whole = reduce(add, map(sheet.number, penalties.values()), product)
        gradient = sheet.equation(whole, working.gradient, inner=True)
        memory, short, step = (self._adam if working.corrected else self._momentum)(sheet, gradient.result, eta, given)
        if working.decay:
            step += sheet.number(working.decay)
        return self._with_move(sheet, step, gradient, memory, short)

    def _with_move(
        self, sheet: Sheet, formula: Written, gradient: Equation, memory: Equations = (), short: Equations = ()
    ) -> _Steps:
        move = sheet.equation(formula, self.working.move)
        # The weight has as many digits as it takes to see its move.
        ratio = abs(self.weight / self.working.move) if self.working.move else 1.0
        digits = min(max(4, math.ceil(math.log10(ratio or 1.0)) + 2), 9)
        fine = Sheet(digits, digits)
        after = fine.equation(fine.number(self.weight) + move.result, self.after)
        return _Steps(gradient, memory, short, move, after)

    def _momentum(self, sheet: Sheet, g: Written, eta: Written, given: bool) -> tuple[Equations, Equations, Written]:
        mu, (before,), (after,) = sheet.number(self.hp.momentum), self.working.before, self.working.after
        formula = sheet.number(after) if given else mu * sheet.number(before) + g
        velocity = sheet.equation(formula, after, inner=True)
        step = g + mu * velocity.result if self.hp.nesterov else velocity.result
        return (velocity,), (velocity,), eta * step

    def _adam(self, sheet: Sheet, g: Written, eta: Written, given: bool) -> tuple[Equations, Equations, Written]:
        memory, short, working, whole = [], [], self.working, Sheet(6)  # the rates are written out whole
        moments = zip((ADAM_BETA1, ADAM_BETA2), (g, g.squared()), working.before, working.after, strict=True)
        for (beta, new, before, after), corrected in zip(moments, working.corrected, strict=True):
            bias = 1 - whole.number(beta).power(self.step)
            moment = whole.number(beta) * sheet.number(before) + whole.number(1.0 - beta) * new
            formula = sheet.number(corrected) if given else moment / bias
            memory.append(sheet.equation(formula, corrected, inner=True))
            short.append(sheet.equation(sheet.number(after) / bias, corrected, inner=True))
        m, v = (equation.result for equation in memory)
        root = v.root() if v.value > 0 else v
        if 1e-6 * root.value < ADAM_EPSILON:
            root += whole.number(ADAM_EPSILON)
        return tuple(memory), tuple(short), eta * m / root

    def forms(self, at: str) -> Iterator[str]:
        """The line's forms."""
        steps = come_out(self.work)
        product = "mean h·δ" if self.is_mean else "δ·h"
        penalties = [name for name, value in self.working.penalties.items() if value]
        move, after = f"Δw = {steps.move.text}", ""
        if steps.after.sign == "=":
            after = f" · w + Δw = {steps.after.text}"
        if not steps.memory:
            pull = f"{'data = ' if self.is_data else ''}η·{product} = {steps.gradient.text}"
            parts = f"{pull} · {move}" if steps.move.formula != steps.gradient.result else f"{pull} = Δw"
            yield f"{at}: {parts}{after}"
            yield f"{at}: {parts}"
            yield f"{at}: {pull}"
            yield f"{at}: {move}"
            return
        names = ["m̂", "v̂"] if self.working.corrected else ["v"]
        rule = self._rule()
        gradient = f"g = {product}{' + penalties' if penalties else ''} = {steps.gradient.text}"
        memory, short = (
            " · ".join(f"{name} = {equation.text}" for name, equation in zip(names, equations, strict=True))
            for equations in (steps.memory, steps.short)
        )
        yield f"{at}: {gradient} · {memory} · Δw = {rule}{steps.move.text}{after}"
        yield f"{at}: {gradient} · {memory} · {move}{after}"
        yield f"{at}: g = {steps.gradient.text} · {memory} · {move}"
        if not self.working.corrected:
            yield f"{at}: v = μ·v₋ + g = {steps.memory[0].text} · Δw = {rule}{steps.move.text}"
        yield f"{at}: {memory} · {move}"
        yield f"{at}: {short} · {move}"
        for brief in (False, True):
            given = come_out(partial(self.work, given=True), brief)
            values = zip(names, given.memory, strict=True)
            result = " · ".join(f"{name} = {equation.result.text}" for name, equation in values)
            yield f"{at}: {result} · Δw = {rule}{given.move.text}"
            yield f"{at}: {result} · Δw = {given.move.text}"
        yield f"{at}: Δw = {given.move.text}"

    def _rule(self) -> str:
        """The optimiser's step in symbols."""
        decay = " − ηλw" if self.working.decay else ""
        if self.working.corrected:
            return f"η·m̂/(√v̂ + ε){decay} = "
        return f"η·(g + μ·v){decay} = " if self.hp.nesterov else f"η·v{decay} = "
