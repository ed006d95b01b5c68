"""The regularisers: what each is called, how strong it may be, and what it adds to a training step.

This is the one place that knows them. Training, the delta tables, run files, the command line, the form, the keys, the
comparison, the sweep and the match go through REGULARIZERS. A new one is an entry here and a hyperparameter of the same
name in run/hyperparameters.py.

A strength is a number, or an array (R,) for a bank with the networks on the last axis. Penalties on weights leave the
biases alone. Conventions are those of PyTorch.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np

from lsexplorer.nn import logit_penalties
from lsexplorer.nn.arrays import Array, Factor
from lsexplorer.nn.losses import LOSSES, PerSample
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
    key: str = ""
    """The key that switches it in the explorer; those without one stand apart in the form, and tables show them when
    they are on or asked for."""
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
    signal: Callable[[Strength, float], PerSample] | None = None
    """What it adds to the output layer's signal −∂L/∂z (n, K[, R]), as a function of (t′, z, o); made from its strength
    and the margin m."""
    gradient: Callable[[Array, Strength], Array] | None = None
    """What it adds to the descent direction −∂L/∂w of the weights w (weights[, R]) that it acts on."""
    last_layer: bool = False
    """Whether these are the last layer's alone."""
    decay: bool = False
    """Whether it multiplies all weights by 1 − ηλ before each step (Loshchilov and Hutter 2019)."""
    proportional: bool = False
    """Whether ``gradient`` is −λw of all weights, which under SGD without momentum is a decay."""
    only: Mapping[str, str] = field(default_factory=dict)
    """Other hyperparameters that must have the one value named: output → softmax."""
    term: str = ""
    """``signal`` as it stands in the equation of δ: − βz."""
    move: str = ""
    """What it does to one weight in a step; none for what acts on targets, whose part is the data's."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "method", self.method or self.short)
        object.__setattr__(self, "footer", self.footer or self.short)

    @property
    def keyed(self) -> bool:
        """Whether a key switches it."""
        return bool(self.key)

    @property
    def title(self) -> str:
        """The label at the beginning of a sentence."""
        return self.label[0].upper() + self.label[1:]

    def misfit(self, settings: "Settings") -> str:
        """Why it has no meaning with a network's settings, in a line; '' where it has one."""
        if self.targets is not None and not LOSSES[settings.loss].soft_targets:
            return hard_only(settings.loss)
        for name, value in self.only.items():
            if getattr(settings, name) != value:
                return f"{self.name} goes with {name} {value} alone, got {name} {getattr(settings, name)}"
        return ""


def hard_only(loss: str) -> str:
    """That a loss takes no soft targets."""
    soft = [name for name, entry in LOSSES.items() if entry.soft_targets]
    return f"loss {loss} takes hard targets only; label smoothing goes with {', '.join(soft)}"


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
        footer="smoothing",
        symbol="a",
        letter="s",
        key="s",
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
        key="l",
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
        key="L",
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
        key="d",
        help="Decoupled decay λ: w ← w(1 − ηλ) before each step.",
        suggested=0.01,
        decay=True,
        move="−ηλ·w, taken off before the step and past momentum and Adam.",
    ),
    Regularizer(
        name="logit_penalty",
        label="logit penalty",
        short="logit",
        symbol="β",
        letter="g",
        help="Logit penalty β: adds ½βΣz² to the loss.",
        suggested=0.02,
        match_range=(1e-5, 1.0),
        signal=logit_penalties.logit_penalty,
        term="− βz",
        move="Its part of η times the mean of h·δ, from −βz in the outputs' δ.",
    ),
    Regularizer(
        name="confidence_penalty",
        label="confidence penalty",
        short="conf.",
        method="confidence",
        symbol="β",
        letter="c",
        help="Confidence penalty β: takes β times the outputs' entropy H = −Σo log o off the loss.",
        suggested=0.1,
        match_range=(1e-3, 10.0),
        signal=logit_penalties.confidence_penalty,
        only={"output": "softmax"},
        term="− βo(log o + H)",
        move="Its part of η times the mean of h·δ, from −βo(log o + H) in the outputs' δ.",
    ),
    Regularizer(
        name="max_suppression",
        label="max suppression",
        short="max",
        symbol="β",
        letter="x",
        help="Max suppression β: adds β(max z − mean z) to the loss.",
        suggested=0.1,
        match_range=(1e-4, 1.0),
        signal=logit_penalties.max_suppression,
        only={"output": "softmax"},
        term="− β([max] − 1/K)",
        move="Its part of η times the mean of h·δ, from −β([largest] − 1/K) in the outputs' δ.",
    ),
    Regularizer(
        name="margin_smoothing",
        label="margin smoothing",
        short="margin",
        symbol="β",
        letter="r",
        help="Margin smoothing β: adds βΣ max(0, max z − z − m) to the loss, with the margin m.",
        suggested=0.1,
        match_range=(1e-4, 1.0),
        signal=logit_penalties.margin_smoothing,
        only={"output": "softmax"},
        term="+ β([below] − n[max])",
        move="Its part of η times the mean of h·δ: +β for a logit more than m below the largest, −nβ for that one.",
    ),
    Regularizer(
        name="z_loss",
        label="z-loss",
        short="z-loss",
        symbol="β",
        letter="z",
        help="z-loss β: adds ½β(log Σe^z)² to the loss.",
        suggested=0.02,
        match_range=(1e-5, 1.0),
        signal=logit_penalties.z_loss,
        only={"output": "softmax"},
        term="− βo·log Σe^z",
        move="Its part of η times the mean of h·δ, from −βo·log Σe^z in the outputs' δ.",
    ),
    Regularizer(
        name="last_layer_l2",
        label="last-layer L2",
        short="lastL2",
        symbol="λ",
        letter="k",
        help="L2 strength λ on the last layer's weights alone: adds ½λΣw² over them to the loss.",
        suggested=0.01,
        gradient=l2_gradient,
        last_layer=True,
        move="−ηλ·w in the last layer, in proportion to the weight; 0 below it.",
    ),
    Regularizer(
        name="focal_gamma",
        label="focal",
        short="focal",
        symbol="γ",
        letter="f",
        help="Focal γ: turns cross-entropy into −Σt′(1−o)^γ log o.",
        suggested=2.0,
        match_range=(1e-2, 10.0),
        signal=logit_penalties.focal_gamma,
        only={"loss": "cross_entropy", "softmax_jacobian": "exact"},
        term="+ (c − 1)(t′ − o)",
        move="Its part of η times the mean of h·δ: the focal loss's δ less t′ − o.",
    ),
)
REGULARIZERS = {entry.name: entry for entry in ENTRIES}
"""The regularisers by name, in the order of tables and forms."""


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

    @property
    def margin(self) -> float:
        """Margin m of margin smoothing."""
