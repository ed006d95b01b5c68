"""Norms of weights against numpy.linalg, loops, and paths walked one by one."""

import itertools
from collections.abc import Sequence

import numpy as np
import pytest

from lsexplorer.nn import norms

R = 3


def layers(sizes: Sequence[int], seed: int = 0) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [rng.normal(size=(i, o, R)) for i, o in itertools.pairwise(sizes)]


@pytest.mark.parametrize("shape", [(4, 5), (5, 4), (1, 3), (3, 1), (1, 1)])
def test_norms_of_a_layer(shape: tuple[int, int]) -> None:
    W = np.random.default_rng(1).normal(size=(*shape, R)) * [1e-3, 1.0, 1e3]
    right = {
        norms.frobenius_norm: lambda w: np.linalg.norm(w, "fro"),
        norms.spectral_norm: lambda w: np.sqrt(np.linalg.eigvalsh(w.T @ w)[-1]),
        norms.largest_weight: lambda w: max(abs(float(v)) for v in w.ravel()),
    }
    for norm, reference in right.items():
        found = norm(W)
        assert found.shape == (R,)
        for r in range(R):
            assert found[r] == pytest.approx(reference(W[..., r]), rel=1e-12)
            assert norm(W[..., r]) == pytest.approx(found[r], rel=1e-14)


def test_norms_by_hand() -> None:
    W = np.array([[3.0, 0.0], [0.0, -4.0]])
    assert (norms.frobenius_norm(W), norms.spectral_norm(W), norms.largest_weight(W)) == (5, 4, 4)
    assert norms.spectral_norm(np.zeros((2, 2))) == 0
    # Singular values 4 and √5; the paths 3·1, 3·2 and −4·.5 square to 9 + 36 + 4.
    chain = [W, np.array([[1.0, 2.0], [0.5, 0.0]])]
    assert norms.path_norm(chain) == pytest.approx(7)
    assert norms.spectral_product(chain) == pytest.approx(4 * np.linalg.svd(chain[1])[1][0])


@pytest.mark.parametrize("sizes", [(4, 3), (4, 5, 3), (3, 2, 4, 2)])
def test_products_over_layers(sizes: tuple[int, ...]) -> None:
    weights = layers(sizes)
    product, path = norms.spectral_product(weights), norms.path_norm(weights)
    assert product.shape == path.shape == (R,)
    for r in range(R):
        total, spectral = 0.0, 1.0
        for units in itertools.product(*map(range, sizes)):
            along = 1.0
            for W, (i, o) in zip(weights, itertools.pairwise(units), strict=True):
                along *= W[i, o, r]
            total += along**2
        for W in weights:
            spectral *= np.linalg.svd(W[..., r], compute_uv=False)[0]
        assert path[r] == pytest.approx(total**0.5, rel=1e-12)
        assert product[r] == pytest.approx(spectral, rel=1e-12)
        alone = [W[..., r] for W in weights]
        assert norms.path_norm(alone) == pytest.approx(path[r], rel=1e-14)
        assert norms.spectral_product(alone) == pytest.approx(product[r], rel=1e-14)


def test_a_diverged_member_gives_nan_and_leaves_the_others() -> None:
    weights = layers((4, 5, 3))
    for W in weights:
        W[..., 1] = np.nan
    found = [norms.spectral_product(weights), norms.path_norm(weights)]
    found += [norm(weights[0]) for norm in (norms.frobenius_norm, norms.spectral_norm, norms.largest_weight)]
    for values in found:
        assert np.isnan(values).tolist() == [False, True, False]
