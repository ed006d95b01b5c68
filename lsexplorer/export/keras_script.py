"""A run as a Keras script."""

from lsexplorer.errors import InputError
from lsexplorer.export import parts
from lsexplorer.export.expressions import loss_lines, target_lines
from lsexplorer.export.followed_run import FollowedRun
from lsexplorer.nn.updates import ADAM_EPSILON

WORDS = {
    "log_softmax": "ops.log_softmax({})",
    "softmax": "ops.softmax({})",
    "sigmoid": "ops.sigmoid({})",
    "tanh": "ops.tanh({})",
    "logsumexp": "ops.logsumexp({}, axis=1)",
    "relu": "ops.relu({})",
    "logaddexp": "ops.logaddexp({}, 0.0)",
    "abs": "ops.abs({})",
    "sign": "ops.sign({})",
    "sum": "ops.sum({}, axis=1)",
    "mean": "ops.mean({}, axis=1)",
    "max": "ops.max({}, axis=1)",
    "max_column": "ops.max({}, axis=1, keepdims=True)",
    "where_class": 'ops.where(t > 0, -float("inf"), z)',
    "constant": "ops.stop_gradient({})",
}
ACTIVATIONS = {"tanh": "tanh", "relu": "relu", "logistic": "sigmoid", "identity": "linear"}


def keras_script(run: FollowedRun) -> list[str]:
    """The script's lines; raises InputError for settings that Keras's compiled training cannot follow."""
    if run.changing:
        name = min(run.changing)
        raise InputError(f"{name} changes on the way, which compiled Keras cannot follow: --to torch or jax can")
    hp = run.hp
    digits = 5 if hp.optimizer == "adam" else 6
    return [
        parts.docstring(run, "keras", f" to about {digits} digits: {_why(run)}"),
        "",
        "from pathlib import Path",
        "",
        "import keras",
        "import numpy as np",
        "from keras import ops",
        "",
        'keras.config.set_floatx("float64")',
        *parts.constants(run, parts.used_names(run)),
        *parts.soft_matrix(run, "np.array({})"),
        *parts.rows_lines(run, "{}"),
        "",
        "model = keras.Sequential(",
        "    [",
        f"        keras.layers.Input(({run.sizes[0]},)),",
        *(f"        {line}," for line in _layers(run)),
        "    ]",
        ")",
        "rng = np.random.default_rng((SEED, 0))  # draws the first weights as lsexplorer does",
        "for layer in model.layers:",
        "    fan_in, fan_out = layer.kernel.shape",
        *(f"    {line}" for line in parts.draws(run)[0]),
        f"    layer.set_weights([{parts.draws(run)[1]}, np.zeros(fan_out)])",
        "",
        "",
        "def sample_losses(t, z):",
        *(f"    {line}" for line in loss_lines(run, WORDS)),
        "",
        "",
        *_optimizer(run),
        "model.compile(optimizer, loss=sample_losses)",
        *parts.loop(run, [*target_lines(run, f"np.eye({run.classes})"), "model.train_on_batch(X[rows], t)"]),
        "",
        "z = model.predict(X_test, verbose=0)",
        f"accuracy = float(({parts.predicted(run, 'z')} == y_test).mean())",
        "norm = float(sum((layer.get_weights()[0] ** 2).sum() for layer in model.layers) ** 0.5)",
        *parts.ending(run),
    ]


def _why(run: FollowedRun) -> str:
    if run.hp.optimizer == "adam":
        return "its Adam\nadds ε to √v before the bias is corrected"
    return "it holds\nthe rate in float32"


def _layers(run: FollowedRun) -> list[str]:
    lines = []
    for number, (_, units) in enumerate(run.layers, 1):
        is_last = number == len(run.layers)
        activation = "" if is_last else f', activation="{ACTIVATIONS[run.hp.activation]}"'
        lines.append(f"keras.layers.Dense({units}{activation}{_regularizer(run, is_last)})")
    return lines


def _regularizer(run: FollowedRun, is_last: bool) -> str:
    """Keras's L2(l) is lΣw², twice ours."""
    squares = [name for name in ("l2", *(["last_layer_l2"] if is_last else [])) if run.on(name)]
    l2 = " + ".join(f"{run.value(name)} / 2" for name in squares)
    if l2 and run.on("l1"):
        return f", kernel_regularizer=keras.regularizers.L1L2({run.value('l1')}, {l2})"
    if l2:
        return f", kernel_regularizer=keras.regularizers.L2({l2})"
    return f", kernel_regularizer=keras.regularizers.L1({run.value('l1')})" if run.on("l1") else ""


def _optimizer(run: FollowedRun) -> list[str]:
    hp = run.hp
    decay = f", weight_decay={run.value('weight_decay')}" if run.on("weight_decay") else ""
    if hp.optimizer == "adam":
        lines = [f"optimizer = keras.optimizers.Adam(LEARNING_RATE, epsilon={ADAM_EPSILON:g}{decay})"]
    else:
        momentum = ", momentum=MOMENTUM" if hp.momentum else ""
        nesterov = ", nesterov=True" if hp.nesterov else ""
        lines = [f"optimizer = keras.optimizers.SGD(LEARNING_RATE{momentum}{nesterov}{decay})"]
    return [*lines, 'optimizer.exclude_from_weight_decay(var_names=["bias"])'] if decay else lines
