"""The textbook formulas, written once more, to test the engine's against: plain, and stable only for small logits."""

from collections.abc import Callable

import numpy as np


def output(name: str, z: np.ndarray) -> np.ndarray:
    if name == "softmax":
        e = np.exp(z)
        return e / e.sum(axis=1, keepdims=True)
    if name == "sigmoid":
        return 1 / (1 + np.exp(-z))
    return np.tanh(z) if name == "tanh" else z


def loss(name: str, t: np.ndarray, o: np.ndarray) -> np.ndarray:
    """Loss per sample (n,) of targets and outputs (n, K); hinge, on an identity output, of hard targets."""
    if name == "hinge":
        y = t.argmax(axis=1)
        rest = [max(o[i, k] for k in range(o.shape[1]) if k != y[i]) for i in range(len(o))]
        return np.array([max(0.0, 1 + rest[i] - o[i, y[i]]) for i in range(len(o))])
    losses: dict[str, Callable[[], np.ndarray]] = {
        "cross_entropy": lambda: -(t * np.log(o)),
        "binary_cross_entropy": lambda: -(t * np.log(o) + (1 - t) * np.log(1 - o)),
        "mse": lambda: (t - o) ** 2 / 2,
        "mae": lambda: abs(t - o),
        "focal": lambda: -t * (1 - o) ** 2 * np.log(o),
    }
    return losses[name]().sum(axis=1)


def slopes(f: Callable[[np.ndarray], np.ndarray], x: np.ndarray, h: float = 1e-5) -> np.ndarray:
    """Central differences of f: (n, K) → (n,) in every entry of x (n, K), sample by sample."""
    found = np.empty_like(x)
    for k in range(x.shape[1]):
        shift = np.zeros_like(x)
        shift[:, k] = h
        found[:, k] = (f(x + shift) - f(x - shift)) / (2 * h)
    return found


def smooth_samples(loss_name: str, t: np.ndarray, z: np.ndarray, o: np.ndarray, room: float = 1e-3) -> np.ndarray:
    """Which samples lie away from the kinks of mae and hinge, where there is no derivative."""
    if loss_name == "mae":
        return (abs(t - o) > room).all(axis=1)
    if loss_name == "hinge":
        wrong = np.sort(np.where(t > 0, -np.inf, z), axis=1)
        margin = 1 + wrong[:, -1] - (t * z).sum(axis=1)
        return (abs(margin) > room) & (wrong[:, -1] - wrong[:, -2] > room)
    return np.full(len(z), True)


def ece_by_loops(confidence: np.ndarray, right: np.ndarray, bins: int = 15) -> float:
    """Guo et al. 2017: |accuracy − confidence| of the samples with l < confidence ≤ u, weighted by their share."""
    total = 0.0
    for m in range(bins):
        inside = [i for i, c in enumerate(confidence) if m / bins < c <= (m + 1) / bins]
        if inside:
            hits = sum(right[i] for i in inside) / len(inside)
            total += len(inside) * abs(hits - sum(confidence[i] for i in inside) / len(inside))
    return total / len(confidence)


def penalty(name: str, strength: float, t: np.ndarray, z: np.ndarray, margin: float = 1.0) -> np.ndarray:
    """What a regulariser of the logits adds to the loss, per sample (n,), of targets and logits (n, K)."""
    log_sum = np.log(np.exp(z).sum(axis=1))
    log_o = z - log_sum[:, None]
    below = z.max(axis=1, keepdims=True) - z - margin
    penalties: dict[str, Callable[[], np.ndarray]] = {
        "logit_penalty": lambda: strength / 2 * (z**2).sum(axis=1),
        "confidence_penalty": lambda: strength * (np.exp(log_o) * log_o).sum(axis=1),
        "max_suppression": lambda: strength * (z.max(axis=1) - z.mean(axis=1)),
        "margin_smoothing": lambda: strength * np.where(below > 0, below, 0.0).sum(axis=1),
        "z_loss": lambda: strength / 2 * log_sum**2,
        # From −Σ t log o to −Σ t (1 − o)^γ log o.
        "focal_gamma": lambda: (t * (1 - (1 - np.exp(log_o)) ** strength) * log_o).sum(axis=1),
    }
    return penalties[name]()


def smooth_logits(z: np.ndarray, margin: float = 1.0, room: float = 1e-3) -> np.ndarray:
    """Which samples lie away from the kinks of those: no tie at the top, no logit just the margin below it."""
    ordered = np.sort(z, axis=1)
    below = ordered[:, -1:] - z
    return (ordered[:, -1] - ordered[:, -2] > room) & (abs(below - margin) > room).all(axis=1)
