"""What is measured of the inside of networks, and on which rows."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from lsexplorer.nn import norms
from lsexplorer.nn.arrays import Array

MAX_ROWS, MAX_ACTIVATIONS = 2000, 10**6
"""Similarity and class collapse use at most this many rows, and rows × units, spread evenly over the part."""


def spread_rows(rows: int, units: int) -> NDArray[np.int64]:
    """Evenly spread row indices, as many as MAX_ROWS and MAX_ACTIVATIONS allow."""
    count = min(rows, MAX_ROWS, max(2, MAX_ACTIVATIONS // units))
    return np.unique(np.linspace(0, rows - 1, count).round().astype(np.int64))


def twice(weights: Sequence[Array]) -> list[Array]:
    """The weights of one network as those of two: with one, NumPy takes sums in another order than with several."""
    return [np.concatenate([W, W], axis=-1) for W in weights]


def weight_norms(weights: Sequence[Array]) -> Array:
    """The weight norm alone of R networks, (R,)."""
    return norms.total(weights) if weights[0].shape[-1] > 1 else norms.total(twice(weights))[:1]


def measures_of_weights(weights: Sequence[Array]) -> dict[str, Array]:
    """The measures of R networks' weights, (inputs, outputs, R) a layer, by name, (R,) each.

    Without a path norm where a layer's outputs are not the next one's inputs.
    """
    if weights[0].shape[-1] == 1:
        return {name: values[:1] for name, values in measures_of_weights(twice(weights)).items()}
    spectral = [norms.spectral_norm(W) for W in weights]
    scalars = {"weight_norm": norms.total(weights), "spectral_product": np.asarray(np.prod(spectral, axis=0))}
    if all(W.shape[1] == following.shape[0] for W, following in pairwise(weights)):
        scalars["path_norm"] = norms.path_norm(weights)
    for layer, W in enumerate(weights, 1):
        scalars |= {f"norm_{layer}": norms.frobenius_norm(W), f"largest_{layer}": norms.largest_weight(W)}
        scalars[f"spectral_{layer}"] = spectral[layer - 1]
    return scalars
