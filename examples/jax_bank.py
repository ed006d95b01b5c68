"""Would L2 have done what label smoothing does to a network in JAX? Many seeds are trained at once, by vmap.

The first recipe of some strengths trains a bank of networks, from which the other seeds are answered.

pip install '.[examples]'
lsexplorer match --trainer examples/jax_bank.py:train --out runs/
"""

from functools import lru_cache

import jax
import jax.numpy as jnp
import numpy as np

import lsexplorer as ls

EPOCHS, BATCH, LEARNING_RATE, BANK = 50, 32, 0.3, 16
logits_of = lambda w, X: jnp.maximum(X @ w[0] + w[1], 0) @ w[2] + w[3]


def trained(seed: int, X: jax.Array, T: jax.Array, l2: float) -> list:
    """Weights and biases of one network that learnt the soft targets T."""

    def loss(w: list, rows: jax.Array) -> jax.Array:
        fit = -(T[rows] * jax.nn.log_softmax(logits_of(w, X[rows]))).sum(axis=1).mean()
        return fit + l2 / 2 * sum((kernel**2).sum() for kernel in w[::2])

    first, second, order = jax.random.split(jax.random.key(seed), 3)
    draw = jax.nn.initializers.glorot_uniform()
    w = [draw(first, (64, 32)), jnp.zeros(32), draw(second, (32, 10)), jnp.zeros(10)]
    orders = jax.vmap(lambda key: jax.random.permutation(key, len(X)))(jax.random.split(order, EPOCHS))
    batches = orders[:, : len(X) // BATCH * BATCH].reshape(-1, BATCH)
    step = lambda w, rows: (jax.tree.map(lambda v, g: v - LEARNING_RATE * g, w, jax.grad(loss)(w, rows)), None)
    return jax.lax.scan(step, w, batches)[0]


train_bank = jax.jit(jax.vmap(trained, in_axes=(0, None, None, None)))


@lru_cache(maxsize=32)
def bank(recipe: ls.Recipe) -> tuple[list, np.ndarray, np.ndarray]:
    """BANK networks from the recipe's seed on, and the rows (X, y) that they answer."""
    data = ls.load_dataset("digits", seed=max(recipe.split, 0))
    X, y, X_test, y_test = data.X_train, data.y_train, data.X_test, data.y_test
    if recipe.is_tuning:
        held = np.arange(len(y)) % 5 == 0
        X, y, X_test, y_test = X[~held], y[~held], X[held], y[held]
    T = ls.smooth_labels(np.eye(10)[y], recipe.label_smoothing)
    return train_bank(recipe.seed + jnp.arange(BANK), X, T, recipe.l2), X_test, y_test


def train(recipe: ls.Recipe) -> ls.Answer:
    """What one network of a bank answers."""
    if others := recipe.strengths.keys() - {"label_smoothing", "l2"}:
        raise NotImplementedError(f"this network has no {', '.join(others)}")
    number = recipe.seed % BANK
    banked, X, y = bank(recipe.replace(seed=recipe.seed - number))
    w = [np.asarray(values[number]) for values in banked]
    return ls.Answer(y=y, logits=logits_of(w, X), hidden=np.maximum(X @ w[0] + w[1], 0), weights=w[::2])
