"""A run's loss as an expression in a framework's own words.

The expressions are of t, z and o, (n, K) each, and give a value for each sample; a framework differentiates them. They
are those of nn/losses.py and nn/logit_penalties.py.
"""

from collections.abc import Mapping

from lsexplorer.export.followed_run import FollowedRun
from lsexplorer.nn.losses import FOCAL_GAMMA

Words = Mapping[str, str]
"""How a framework writes what the expressions need, with {} for the argument: log_softmax, softmax, sigmoid, tanh,
logsumexp, relu, logaddexp (of 0), abs, sign, log, sum, mean, max, max_column, where_class, constant."""

OUTPUTS = {"softmax": "softmax", "sigmoid": "sigmoid", "tanh": "tanh"}


def loss_lines(run: FollowedRun, words: Words) -> list[str]:
    """The body of a function that returns the loss of each sample: assignments, then the return."""
    hp = run.hp
    data = _through_diagonal(run, words) if hp.softmax_jacobian == "diagonal" else _of_loss(run, words)
    terms = [data, *_penalties(run, words)]
    lines = []
    if any(_uses(term, "o") for term in terms) and hp.output in OUTPUTS:
        lines.append(f"o = {_write(words, OUTPUTS[hp.output], 'z')}")
    elif any(_uses(term, "o") for term in terms):
        lines.append("o = z")
    if any(_uses(term, "log_o") for term in terms):
        lines.append(f"log_o = {_write(words, 'log_softmax', 'z')}")
    if hp.loss == "hinge":
        lines += [
            f"own = {_write(words, 'sum', 't * z')}",
            f"rival = {_write(words, 'max', words['where_class'])}",
        ]
    if len(terms) == 1:
        return [*lines, f"return {data}"]
    return [*lines, f"losses = {data}", *(f"losses = losses + {term}" for term in terms[1:]), "return losses"]


def _uses(term: str, name: str) -> bool:
    return any(part == name for part in "".join(c if c.isalnum() or c in "_." else " " for c in term).split())


def _of_loss(run: FollowedRun, words: Words) -> str:
    hp = run.hp
    if run.on("focal_gamma"):
        return _write(words, "sum", f"-t * (1 - o) ** {run.value('focal_gamma')} * log_o")
    return {
        "cross_entropy": _write(words, "sum", "-t * log_o"),
        "binary_cross_entropy": _write(words, "sum", f"{_write(words, 'logaddexp', 'z')} - t * z"),
        "mse": _write(words, "sum", "0.5 * (t - o) ** 2"),
        "mae": _write(words, "sum", _write(words, "abs", "t - o")),
        "focal": _write(words, "sum", f"-t * (1 - o) ** {FOCAL_GAMMA:g} * log_o"),
        "hinge": _write(words, "relu", "1 + rival - own"),
    }[hp.loss]


def _through_diagonal(run: FollowedRun, words: Words) -> str:
    """What has the gradient of z that the diagonal softmax Jacobian gives: −q(1 − o), with q = o·∂(−L)/∂o."""
    q = {
        "cross_entropy": "t",
        "mse": "o * (t - o)",
        "mae": f"o * {_write(words, 'sign', 't - o')}",
        "focal": f"t * ((1 - o) ** {FOCAL_GAMMA:g} - {FOCAL_GAMMA:g} * o * (1 - o) * log_o)",
    }[run.hp.loss]
    return _write(words, "sum", f"-z * {_write(words, 'constant', f'{q} * (1 - o)')}")


def _penalties(run: FollowedRun, words: Words) -> list[str]:
    below = f"{_write(words, 'max_column', 'z')} - z - {run.value('margin')}"
    written = {
        "logit_penalty": _write(words, "sum", "0.5 * {} * z**2"),
        "confidence_penalty": _write(words, "sum", "{} * o * log_o"),
        "max_suppression": f"{{}} * ({_write(words, 'max', 'z')} - {_write(words, 'mean', 'z')})",
        "margin_smoothing": _write(words, "sum", "{} * " + _write(words, "relu", below)),
        "z_loss": f"0.5 * {{}} * {_write(words, 'logsumexp', 'z')} ** 2",
    }
    return [text.format(run.value(name)) for name, text in written.items() if run.on(name)]


def _write(words: Words, name: str, argument: str) -> str:
    return words[name].replace("{}", argument)


def weight_terms(run: FollowedRun, names: tuple[str, ...], weights: str, last: str, absolute: str) -> list[str]:
    """The penalties on the weights that are on, of these ``names``: what each adds to the mean loss.

    weights: an iterable of the matrices, in the script's words. last: the last of them. absolute: |W|.
    """
    written = {
        "l2": f"0.5 * {{}} * sum((W**2).sum() for W in {weights})",
        "l1": f"{{}} * sum({absolute}.sum() for W in {weights})",
        "last_layer_l2": f"0.5 * {{}} * ({last} ** 2).sum()",
    }
    return [written[name].format(run.value(name)) for name in names if run.on(name)]


def target_lines(run: FollowedRun, eye: str) -> list[str]:
    """What makes targets t′ of rows of the training part, one assignment a line. eye: the K × K identity matrix."""
    hp = run.hp
    lines = []
    if hp.soft_targets is not None:
        lines.append("t = SOFT_TARGETS[y[rows]]")
    else:
        lines.append("t = T[rows]" if run.soft_rows else f"t = {eye}[y[rows]]")
    if run.is_single_unit:
        lines[0] += "[:, 1:]"
    if run.on("label_smoothing"):
        a = run.value("label_smoothing")
        lines.append(f"t = (1 - {a}) * t + {a} / {run.classes}")
    return lines
