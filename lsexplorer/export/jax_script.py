"""A run as a JAX script."""

from lsexplorer.export import parts
from lsexplorer.export.expressions import loss_lines, target_lines, weight_terms
from lsexplorer.export.followed_run import FollowedRun
from lsexplorer.nn.updates import ADAM_BETA1, ADAM_BETA2, ADAM_EPSILON

WORDS = {
    "log_softmax": "jax.nn.log_softmax({})",
    "softmax": "jax.nn.softmax({})",
    "sigmoid": "jax.nn.sigmoid({})",
    "tanh": "jnp.tanh({})",
    "logsumexp": "jax.nn.logsumexp({}, axis=1)",
    "relu": "jax.nn.relu({})",
    "logaddexp": "jnp.logaddexp({}, 0.0)",
    "abs": "jnp.abs({})",
    "sign": "jnp.sign({})",
    "sum": "({}).sum(axis=1)",
    "mean": "{}.mean(axis=1)",
    "max": "{}.max(axis=1)",
    "max_column": "{}.max(axis=1, keepdims=True)",
    "where_class": "jnp.where(t > 0, -jnp.inf, z)",
    "constant": "jax.lax.stop_gradient({})",
}
ACTIVATIONS = {"tanh": "jnp.tanh({})", "relu": "jax.nn.relu({})", "logistic": "jax.nn.sigmoid({})", "identity": "{}"}


def jax_script(run: FollowedRun) -> list[str]:
    """The script's lines."""
    hp = run.hp
    settings = ", hp" if run.changing else ""
    terms = weight_terms(run, ("l2", "l1", "last_layer_l2"), "weights", "weights[-1]", "jnp.abs(W)")
    return [
        parts.docstring(run, "jax", " to about 12 digits"),
        "",
        "from pathlib import Path",
        "",
        "import jax",
        "import jax.numpy as jnp",
        "import numpy as np",
        "",
        'jax.config.update("jax_enable_x64", True)',
        *parts.constants(run, parts.used_names(run)),
        *parts.soft_matrix(run, "np.array({})"),
        *parts.rows_lines(run, "{}"),
        "",
        "rng = np.random.default_rng((SEED, 0))  # draws the first weights as lsexplorer does",
        "params = []",
        f"for fan_in, fan_out in {run.layers!r}:",
        *(f"    {line}" for line in parts.draws(run)[0]),
        f"    params.append((jnp.array({parts.draws(run)[1]}), jnp.zeros(fan_out)))",
        "",
        "",
        "def logits(params, x):",
        "    for W, b in params[:-1]:",
        f"        x = {ACTIVATIONS[hp.activation].format('x @ W + b')}",
        "    W, b = params[-1]",
        "    return x @ W + b",
        "",
        "",
        "def sample_losses(z, t" + settings + "):",
        *(f"    {line}" for line in loss_lines(run, WORDS)),
        "",
        "",
        f"def mean_loss(params, x, t{settings}):",
        *(["    weights = [W for W, _ in params]"] if terms else []),
        f"    loss = sample_losses(logits(params, x), t{settings}).mean()",
        *(f"    loss += {term}" for term in terms),
        "    return loss",
        "",
        "",
        "gradient = jax.jit(jax.grad(mean_loss))",
        *_start(run),
        *parts.loop(
            run,
            [
                *target_lines(run, f"np.eye({run.classes})"),
                f"g = gradient(params, X[rows], t{settings})",
                *_decay(run),
                *_update(run),
            ],
        ),
        "",
        f"accuracy = float(({parts.predicted(run, 'logits(params, X_test)')} == y_test).mean())",
        "norm = float(sum((W**2).sum() for W, _ in params) ** 0.5)",
        *parts.ending(run),
    ]


def _start(run: FollowedRun) -> list[str]:
    if run.hp.optimizer == "adam":
        return ["m = v = jax.tree.map(jnp.zeros_like, params)"]
    return ["velocity = jax.tree.map(jnp.zeros_like, params)"] if run.hp.momentum else []


def _decay(run: FollowedRun) -> list[str]:
    if not run.on("weight_decay"):
        return []
    factor = f"1 - {run.value('learning_rate')} * {run.value('weight_decay')}"
    return [f"params = [(W * ({factor}), b) for W, b in params]"]


def _update(run: FollowedRun) -> list[str]:
    hp, rate = run.hp, run.value("learning_rate")
    if hp.optimizer == "adam":
        return [
            f"m = jax.tree.map(lambda m, g: {ADAM_BETA1} * m + {1 - ADAM_BETA1:g} * g, m, g)",
            f"v = jax.tree.map(lambda v, g: {ADAM_BETA2} * v + {1 - ADAM_BETA2:g} * g**2, v, g)",
            f"rate, root = {rate} / (1 - {ADAM_BETA1} ** (step + 1)), (1 - {ADAM_BETA2} ** (step + 1)) ** 0.5",
            "params = jax.tree.map(",
            f"    lambda w, m, v: w - rate * m / (jnp.sqrt(v) / root + {ADAM_EPSILON:g}), params, m, v",
            ")",
        ]
    if not hp.momentum:
        return [f"params = jax.tree.map(lambda w, g: w - {rate} * g, params, g)"]
    lines = ["velocity = jax.tree.map(lambda v, g: MOMENTUM * v + g, velocity, g)"]
    if hp.nesterov:
        return [*lines, f"params = jax.tree.map(lambda w, v, g: w - {rate} * (g + MOMENTUM * v), params, velocity, g)"]
    return [*lines, f"params = jax.tree.map(lambda w, v: w - {rate} * v, params, velocity)"]
