"""What the regularisers that are on make of a step: of its targets, its signal and its weights' gradient.

For one network, or for a bank's members, which differ in learning rate and strengths alone. The regularisers
themselves are in nn/regularizers.py.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from lsexplorer.nn.arrays import Array, Precision
from lsexplorer.nn.losses import PerSample, signal_of
from lsexplorer.nn.regularizers import ENTRIES, Regularizer, Settings, Strength


class Active(NamedTuple):
    """A regulariser that is on."""

    entry: Regularizer
    strength: Strength


def active(settings: Sequence[object], dtype: Precision = np.float64) -> list[Active]:
    """The regularisers that are on in any of the ``settings``, one for each network of a bank."""
    if len(settings) == 1:
        return [Active(entry, strength) for entry in ENTRIES if (strength := getattr(settings[0], entry.name))]
    strengths = ((entry, [getattr(network, entry.name) for network in settings]) for entry in ENTRIES)
    return [Active(entry, shared(values, dtype)) for entry, values in strengths if any(values)]


def shared(values: list[float], dtype: Precision = np.float64) -> Strength:
    """One number where all agree, else an array (R,)."""
    return values[0] if len(set(values)) == 1 else np.array(values, dtype)


def penalty_gradient(penalty: Active, w: Array, last_layer: int) -> Array:
    """What a penalty adds to the descent direction of all weights w (weights[, R]).

    last_layer: where the last layer's weights begin.
    """
    gradient, strength = penalty.entry.gradient, penalty.strength
    assert gradient is not None
    if not penalty.entry.last_layer:
        return gradient(w, strength)
    added = np.zeros_like(w)
    added[last_layer:] = gradient(w[last_layer:], strength)
    return added


def added_signals(settings: Sequence[Settings], dtype: Precision = np.float64) -> dict[str, PerSample]:
    """By regulariser, those that are on and act on the signal: what each adds, as a function of (t′, z, o).

    settings: as for signal_rule.
    """
    margin = settings[0].margin
    return {entry.name: entry.signal(strength, margin) for entry, strength in active(settings, dtype) if entry.signal}


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


def signal_rule(settings: Sequence[Settings], dtype: Precision = np.float64) -> PerSample:
    """The output layer's signal −∂L/∂z as a function of (t′, z, o): the loss's, and what regularisers add to it.

    settings: of one network, or of a bank's members, which differ in strengths alone.
    """
    first = settings[0]
    of_loss = signal_of(first.output, first.loss, first.softmax_jacobian).value
    acting = [one for one in active(settings, dtype) if one.entry.signal]
    if not acting:
        return of_loss
    places = [_few_networks(one.strength) for one in acting]
    added = [
        one.entry.signal(one.strength if place is None else np.asarray(one.strength)[place], first.margin)
        for one, place in zip(acting, places, strict=True)
        if one.entry.signal
    ]

    def signal(t: Array, z: Array, o: Array) -> Array:
        delta = of_loss(t, z, o)
        for place, of_regularizer in zip(places, added, strict=True):
            if place is None:
                delta = delta + of_regularizer(t, z, o)
            else:
                delta[..., place] += of_regularizer(*(a[..., place].copy("K") for a in (t, z, o)))
        return delta

    return signal


def _few_networks(strength: Strength) -> slice | None:
    """Where the networks are whose strength is not 0, if they are less than half of all and evenly spaced."""
    networks = np.flatnonzero(strength)
    gaps = np.diff(networks)
    if 2 * len(networks) >= np.size(strength) or (gaps != gaps[:1]).any():
        return None
    return slice(int(networks[0]), int(networks[-1]) + 1, int(gaps[0]) if len(gaps) else 1)
