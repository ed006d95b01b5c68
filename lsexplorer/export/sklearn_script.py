"""A run as a scikit-learn script."""

from lsexplorer.errors import InputError
from lsexplorer.export import parts
from lsexplorer.export.followed_run import FollowedRun
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.updates import ADAM_EPSILON

HAS = ("label_smoothing", "l2")
"""The regularisers that MLPClassifier can be brought to: smoothing by weights of samples, L2 by alpha."""


def sklearn_script(run: FollowedRun) -> list[str]:
    """The script's lines; raises InputError for settings that MLPClassifier does not have."""
    _check(run)
    hp = run.hp
    soft = run.on("label_smoothing")
    digits = 5 if hp.optimizer == "adam" else 12
    why = ": its Adam\nadds ε to √v before the bias is corrected" if hp.optimizer == "adam" else ""
    return [
        parts.docstring(run, "sklearn", f" to about {digits} digits{why}"),
        "",
        "from pathlib import Path",
        "",
        "import numpy as np",
        "from sklearn.neural_network import MLPClassifier",
        "",
        *parts.constants(run, parts.used_names(run)),
        *parts.rows_lines(run, "{}"),
        f"classes = np.arange({run.classes})",
        "",
        "",
        "def new_model():",
        "    return MLPClassifier(",
        *(f"        {line}," for line in _arguments(run)),
        "    )",
        "",
        "",
        "# partial_fit builds what a model needs but its optimiser, which must not remember that call.",
        "built, model = new_model().partial_fit(X[:1], y[:1], classes=classes), new_model()",
        'vars(model).update({name: value for name, value in vars(built).items() if not name.endswith("optimizer")})',
        "rng = np.random.default_rng((SEED, 0))  # draws the first weights as lsexplorer does",
        "for W, b in zip(model.coefs_, model.intercepts_):",
        "    fan_in, fan_out = W.shape",
        *(f"    {line}" for line in parts.draws(run)[0]),
        f"    W[...], b[...] = {parts.draws(run)[1]}, 0",
        "",
        *parts.loop(run, [*_alpha(run), *(_smoothed(run) if soft else _hard())]),
        "",
        "accuracy = model.score(X_test, y_test)",
        "norm = sum((W**2).sum() for W in model.coefs_) ** 0.5",
        *parts.ending(run),
    ]


def _check(run: FollowedRun) -> None:
    hp = run.hp
    way_out = "--to torch or jax can"
    if run.changing:
        raise InputError(f"{min(run.changing)} changes on the way, which MLPClassifier cannot follow: {way_out}")
    softmax = hp.output == "softmax" and hp.loss == "cross_entropy" and run.classes > 2
    if not (softmax or (run.is_single_unit and hp.loss == "binary_cross_entropy")):
        raise InputError(
            "MLPClassifier has softmax with cross-entropy for three classes or more, and a single sigmoid unit with "
            f"binary cross-entropy for two, got {hp.output} with {hp.loss} for {run.classes} classes: {way_out}"
        )
    if hp.softmax_jacobian != "exact":
        raise InputError(f"MLPClassifier has no softmax_jacobian {hp.softmax_jacobian}: {way_out}")
    if hp.soft_targets is not None or run.soft_rows:
        raise InputError(f"MLPClassifier takes no soft targets: {way_out}")
    for name in REGULARIZERS:
        if run.on(name) and name not in HAS:
            raise InputError(f"MLPClassifier has no {name}: {way_out}")
    if not hp.hidden:
        raise InputError(f"MLPClassifier needs a hidden layer: {way_out}")


def _arguments(run: FollowedRun) -> list[str]:
    hp = run.hp
    network = f'{tuple(hp.hidden)!r}, activation="{hp.activation}"'
    rule = f'solver="{hp.optimizer}", learning_rate_init=LEARNING_RATE, alpha=0'
    if hp.optimizer == "adam":
        return [network, rule, f"epsilon={ADAM_EPSILON:g}"]
    return [network, rule, f"momentum={'MOMENTUM' if hp.momentum else '0'}, nesterovs_momentum={hp.nesterov}"]


def _alpha(run: FollowedRun) -> list[str]:
    return ["model.alpha = L2 * len(rows)  # it is divided by the rows of the batch"] if run.on("l2") else []


def _hard() -> list[str]:
    return ["model.partial_fit(X[rows], y[rows])"]


def _smoothed(run: FollowedRun) -> list[str]:
    """Every row once for each class, weighted with its target."""
    return [
        f"t = (1 - LABEL_SMOOTHING) * np.eye({run.classes})[y[rows]] + LABEL_SMOOTHING / {run.classes}",
        f"x, c = np.repeat(X[rows], {run.classes}, axis=0), np.tile(classes, len(rows))",
        "model.partial_fit(x, c, sample_weight=t.ravel())",
    ]
