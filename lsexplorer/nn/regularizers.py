"""The regularisers: what each is called, how strong it may be, and what it adds to a training step.

This is the one place that knows them. Training, the delta tables, run files, the command line, the form, the keys, the
comparison, the sweep and the match go through REGULARIZERS. A new one is an entry here and a hyperparameter of the same
name in run/hyperparameters.py.

A strength is a number, or an array (R,) for a bank with the networks on the last axis. Penalties on weights leave the
biases alone. Conventions are those of PyTorch.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import numpy as np

from lsexplorer.nn.arrays import Array, Factor
from lsexplorer.nn.losses import LOSSES, PerSample, signal_of
from lsexplorer.nn.targets import smooth_labels

Strength = Factor
MATCH_RANGE = (1e-7, 1e-1)
"""Strengths that a match searches for a penalty on the weights."""


@dataclass(frozen=True, kw_only=True)
class Regularizer:
    """A regulariser. It acts where its entry has a function: ``targets``, ``signal`` or ``gradient``; or as a decay."""

    name: str
    """Its hyperparameter."""
    label: str
    """In a sentence."""
    short: str
    """In a table's heading and in the form: at most 6 characters."""
    method: str = ""
    """As a row of a comparison: at most 10 characters; ``short`` unless given."""
    footer: str = ""
    """Beside its key in the footer; ``short`` unless given."""
    symbol: str
    """Its strength in a formula: a, λ."""
    letter: str
    """In charts and on the timeline."""
    keyed: bool = False
    """Whether the letter is also the key that switches it in the explorer."""
    help: str
    """What it does, in a line."""
    suggested: float
    """The strength with which it is first switched on."""
    low: float = 0.0
    """The least strength that it can have; 0 is off."""
    high: float = 1000.0
    """The greatest."""
    match_range: tuple[float, float] | None = MATCH_RANGE
    """Strengths that a match searches; None for what is not matched."""

    targets: Callable[[Array, Strength], Array] | None = None
    """The targets t′ (n, K[, R]) that it makes of t."""
    signal: Callable[[Array, Array, Strength], Array] | None = None
    """What it adds to the output layer's signal −∂L/∂z (n, K[, R]), from logits z and outputs o."""
    gradient: Callable[[Array, Strength], Array] | None = None
    """What it adds to the descent direction −∂L/∂w of all weights w (weights[, R])."""
    decay: bool = False
    """Whether it multiplies all weights by 1 − ηλ before each step (Loshchilov and Hutter 2019)."""
    proportional: bool = False
    """Whether ``gradient`` is −λw, which under SGD without momentum is a decay."""
    term: str = ""
    """``signal`` as it stands in the equation of δ: − βz."""
    move: str = ""
    """What it does to one weight in a step; none for what acts on targets, whose part is the data's."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", self.method or self.short)
        object.__setattr__(self, "footer", self.footer or self.short)

    @property
    def title(self) -> str:
        """The label at the beginning of a sentence."""
        return self.label[0].upper() + self.label[1:]

    def fits(self, loss: str) -> bool:
        """Whether it has a meaning with a loss: soft targets have none with a loss that takes hard targets only."""
        return self.targets is None or LOSSES[loss].soft_targets


def l2_gradient(w: Array, strength: Strength) -> Array:
    """−λw, from the penalty ½λΣw²."""
    return np.asarray(-strength * w)


def l1_gradient(w: Array, strength: Strength) -> Array:
    """−λ·sign(w), from the penalty λΣ|w|; sign(0) = 0."""
    return np.asarray(-strength * np.sign(w))


ENTRIES = (
    Regularizer(
        name="label_smoothing",
        label="label smoothing",
        short="smooth",
        method="smoothing",
        footer="LS",
        symbol="a",
        letter="s",
        keyed=True,
        help="Smoothing a: t′ = (1 − a)·t + a/K.",
        suggested=0.1,
        high=1.0,
        match_range=None,
        targets=smooth_labels,
    ),
    Regularizer(
        name="l2",
        label="L2",
        short="L2",
        symbol="λ",
        letter="l",
        keyed=True,
        help="L2 strength λ: adds ½λΣw² to the loss.",
        suggested=0.01,
        gradient=l2_gradient,
        proportional=True,
        move="−ηλ·w: in proportion to the weight.",
    ),
    Regularizer(
        name="l1",
        label="L1",
        short="L1",
        symbol="λ",
        letter="1",
        keyed=True,
        help="L1 strength λ: adds λΣ|w| to the loss.",
        suggested=0.001,
        gradient=l1_gradient,
        move="−ηλ·sign(w): as strong on small weights as on large ones.",
    ),
    Regularizer(
        name="weight_decay",
        label="weight decay",
        short="decay",
        symbol="λ",
        letter="d",
        keyed=True,
        help="Decoupled decay λ: w ← w(1 − ηλ) before each step.",
        suggested=0.01,
        decay=True,
        move="−ηλ·w, taken off before the step and past momentum and Adam.",
    ),
)
REGULARIZERS = {entry.name: entry for entry in ENTRIES}
"""The regularisers by name, in the order of tables and forms."""
REMEDIES = {entry.name: entry for entry in ENTRIES if entry.match_range}
"""Those that can be matched to label smoothing."""


class Settings(Protocol):
    """The hyperparameters that make a network's signal and update; its regularisers' strengths are attributes too."""

    @property
    def output(self) -> str:
        """Output function."""

    @property
    def loss(self) -> str:
        """Loss."""

    @property
    def softmax_jacobian(self) -> str:
        """Exact or diagonal."""

    @property
    def optimizer(self) -> str:
        """Sgd or adam."""

    @property
    def learning_rate(self) -> float:
        """η."""

    @property
    def momentum(self) -> float:
        """μ of SGD."""

    @property
    def nesterov(self) -> bool:
        """Whether the momentum is Nesterov's."""


class Active(NamedTuple):
    """A regulariser that is on."""

    entry: Regularizer
    strength: Strength


def active(settings: Sequence[object]) -> list[Active]:
    """The regularisers that are on in any of the ``settings``, one for each network of a bank."""
    if len(settings) == 1:
        return [Active(entry, strength) for entry in ENTRIES if (strength := getattr(settings[0], entry.name))]
    strengths = ((entry, [getattr(network, entry.name) for network in settings]) for entry in ENTRIES)
    return [Active(entry, shared(values)) for entry, values in strengths if any(values)]


def shared(values: list[float]) -> Strength:
    """One number where all agree, else an array (R,)."""
    return values[0] if len(set(values)) == 1 else np.array(values)


def target_rule(settings: Sequence[object]) -> Callable[[Array], Array]:
    """The function from targets t (n, K) to t′, or for a bank's members from (n, K, 1) or (n, K, R) to (n, K, R)."""
    entries = [(entry, entry.targets) for entry in ENTRIES if entry.targets is not None]
    if len(settings) == 1:
        on = [(rule, getattr(settings[0], entry.name)) for entry, rule in entries if getattr(settings[0], entry.name)]
    else:
        on = [(rule, np.array([getattr(network, entry.name) for network in settings])) for entry, rule in entries]

    def soften(T: Array) -> Array:
        for rule, strength in on:
            T = rule(T, strength)
        return T

    return soften


def signal_rule(settings: Sequence[Settings]) -> PerSample:
    """The output layer's signal −∂L/∂z as a function of (t′, z, o): the loss's, and what regularisers add to it.

    settings: of one network, or of a bank's members, which differ in strengths alone.
    """
    first = settings[0]
    of_loss = signal_of(first.output, first.loss, first.softmax_jacobian).value
    added = [(entry.signal, strength) for entry, strength in active(settings) if entry.signal is not None]
    if not added:
        return of_loss

    def signal(t: Array, z: Array, o: Array) -> Array:
        delta = of_loss(t, z, o)
        for of_regularizer, strength in added:
            delta = delta + of_regularizer(z, o, strength)
        return delta

    return signal
