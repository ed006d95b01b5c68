"""Penalties on the logits: what each adds to the output layer's signal −∂L/∂z.

Each function takes a strength and the margin m of margin smoothing, and gives a function of targets t, logits z and
outputs o, all (n, K) or (n, K, R), to what is added to the signal. The penalty itself is in its docstring, for one
sample; the batch's is the mean over the samples. Derivatives are exact, whatever Jacobian the loss's part uses.
"""

import numpy as np

from lsexplorer.nn.activations import first_largest, log_softmax, logsumexp
from lsexplorer.nn.arrays import Array, Factor
from lsexplorer.nn.losses import PerSample


def logit_penalty(strength: Factor, margin: float) -> PerSample:
    """½β Σ z²: −βz (Kornblith et al. 2021)."""
    return lambda t, z, o: np.asarray(-strength * z)


def confidence_penalty(strength: Factor, margin: float) -> PerSample:
    """−βH with the entropy H = −Σ o log o of a softmax: −βo(log o + H) (Pereyra et al. 2017)."""

    def signal(t: Array, z: Array, o: Array) -> Array:
        log_o = log_softmax(z)
        entropy = -np.add.reduce(o * log_o, axis=1, keepdims=True)
        return np.asarray(-strength * (o * (log_o + entropy)))

    return signal


def max_suppression(strength: Factor, margin: float) -> PerSample:
    """β(max z − mean z): −β([largest] − 1/K) (Zhou et al. 2025); of equal logits the first is the largest."""
    return lambda t, z, o: np.asarray(-strength * (first_largest(z) - 1.0 / z.shape[1]))


def margin_smoothing(strength: Factor, margin: float) -> PerSample:
    """β Σ max(0, max z − z − m): +β where z is below the largest by more than m, less their number at the largest.

    Liu et al. 2022.
    """

    def signal(t: Array, z: Array, o: Array) -> Array:
        below = (np.maximum.reduce(z, axis=1, keepdims=True) - z > margin).astype(z.dtype)
        count = np.add.reduce(below, axis=1, keepdims=True)
        return np.asarray(strength * (below - count * first_largest(z)))

    return signal


def z_loss(strength: Factor, margin: float) -> PerSample:
    """½β(log Σ e^z)²: −β·o·log Σ e^z (Zoph et al. 2022)."""
    return lambda t, z, o: np.asarray(-strength * (logsumexp(z) * o))


def focal_gamma(strength: Factor, margin: float) -> PerSample:
    """What turns cross-entropy into the focal loss −Σ t (1 − o)^γ log o (Lin et al. 2017): its signal less t − o.

    That is (c − 1)(t − o) for a hard target of class y, with c = (1 − o_y)^γ − γ o_y (1 − o_y)^(γ−1) log o_y.
    """

    def signal(t: Array, z: Array, o: Array) -> Array:
        log_o = log_softmax(z)
        rest = -np.expm1(log_o)  # 1 − o, also where o is nearly 1
        ratio = np.divide(log_o, rest, out=np.full_like(rest, -1.0), where=rest > 0)
        through = t * (rest**strength * (1.0 - strength * (o * ratio)) - 1.0)
        return np.asarray(through - o * np.add.reduce(through, axis=1, keepdims=True))

    return signal
