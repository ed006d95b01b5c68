"""Norms of weights, without biases. Matrices are (fan_in, fan_out), or (fan_in, fan_out, R) for a bank.

A norm of one network is an array without axes, of a bank (R,); NaN for a network whose weights are not finite.
"""

from collections.abc import Sequence

import numpy as np

from lsexplorer.nn.arrays import Array


def frobenius_norm(W: Array) -> Array:
    """√Σw²."""
    return np.asarray(np.sqrt((W * W).sum(axis=(0, 1))))


def total(weights: Sequence[Array]) -> Array:
    """√Σw² over all layers."""
    return np.asarray(np.sqrt(sum(frobenius_norm(W) ** 2 for W in weights)))


def spectral_norm(W: Array) -> Array:
    """The largest singular value."""
    finite = np.isfinite(W).all(axis=(0, 1))
    return np.asarray(np.where(finite, np.linalg.norm(np.where(finite, W, 0.0), 2, axis=(0, 1)), np.nan))


def largest_weight(W: Array) -> Array:
    """The largest |w|."""
    return np.asarray(np.abs(W).max(axis=(0, 1)))


def spectral_product(weights: Sequence[Array]) -> Array:
    """Product of the layers' spectral norms: an upper bound on how fast the logits can change with the input."""
    return np.asarray(np.prod([spectral_norm(W) for W in weights], axis=0))


def path_norm(weights: Sequence[Array]) -> Array:
    """√Σ over the paths from an input to an output of Π w² along the path (Neyshabur et al. 2015, p = 2)."""
    reach = np.ones_like(weights[0][:, 0])
    for W in weights:
        reach = np.einsum("i...,io...->o...", reach, W * W)
    return np.asarray(np.sqrt(reach.sum(axis=0)))
