"""The parts of a script that all frameworks share: its heading, its constants, the first weights, the batches."""

import textwrap

from lsexplorer import __version__
from lsexplorer.export.followed_run import FollowedRun
from lsexplorer.nn.losses import LOSSES
from lsexplorer.nn.regularizers import REGULARIZERS
from lsexplorer.nn.targets import target_matrix

WIDTH = 118
"""Columns of the heading."""
LABELS = {"torch": "PyTorch", "jax": "JAX", "keras": "Keras", "sklearn": "scikit-learn"}
"""How the frameworks are called, by the names that ``--to`` takes."""


def docstring(run: FollowedRun, framework: str, precision: str) -> str:
    """What the script is, in its first lines, and the commands that show its run and make it again."""
    hp = run.hp
    rule = {"sgd": "SGD", "adam": "Adam"}[hp.optimizer] + f", rate {hp.learning_rate:g}"
    if hp.momentum:
        rule += f", {'Nesterov ' if hp.nesterov else ''}momentum {hp.momentum:g}"
    name = run.name.replace("\\", "\\\\").replace('"', '\\"')  # it may come from a file, and ends no string
    parts = [
        f"{name}: {'-'.join(map(str, run.sizes))} {hp.activation}",
        f"{hp.output} + {LOSSES[hp.loss].label}",
        *(f"{entry.label} {getattr(hp, name):g}" for name, entry in REGULARIZERS.items() if getattr(hp, name)),
        rule,
        f"batches of {hp.batch_size}",
        f"{run.steps:,} steps",
    ]
    text = " · ".join(parts)
    again = [
        f"To see the run: lsexplorer '{run.text}'",
        f"To write this file again: lsexplorer export, the same text, and --to {framework} --out FILE.py",
    ]
    lines = [
        f'"""A run of lsexplorer {__version__} in {LABELS[framework]}. It comes to the same weights{precision}.',
        "",
        *textwrap.wrap(f"{text}.", WIDTH, break_long_words=False),
        "The rows are beside this file in an .npz, standardised as they were there.",
        *(again if run.text else []),
        '"""',
    ]
    return "\n".join(lines)


def constants(run: FollowedRun, used: tuple[str, ...]) -> list[str]:
    """Settings by name: those that stay as constants, those that change on the way in ``hp``."""
    hp = run.hp
    lines = [f"SEED, STEPS, BATCH_SIZE = {hp.seed}, {run.steps}, {hp.batch_size}"]
    names = [name for name in used if name not in run.changing]
    if names:
        for some in (names[:4], names[4:]):
            values = ", ".join(repr(getattr(hp, name)) for name in some)
            lines += [f"{', '.join(name.upper() for name in some)} = {values}"] if some else []
    if run.changing:
        start = {name: getattr(hp, name) for name in sorted(run.changing)}
        lines += [f"hp = {_dict(start)}", "changes = {  # by the steps made before them"]
        lines += [f"    {step}: {_dict(dict(changed))}," for step, changed in sorted(run.changes.items())]
        lines.append("}")
    return lines


def _dict(values: dict[str, object]) -> str:
    return "{" + ", ".join(f'"{name}": {value!r}' for name, value in values.items()) + "}"


def used_names(run: FollowedRun) -> tuple[str, ...]:
    """The numbers that the script needs by name."""
    names = ["learning_rate", *(["momentum"] if run.hp.momentum else [])]
    names += [name for name in REGULARIZERS if run.on(name)]
    return (*names, *(["margin"] if run.on("margin_smoothing") else []))


def soft_matrix(run: FollowedRun, array: str) -> list[str]:
    """The K × K matrix of soft targets, where there is one; array: the framework's call that makes an array of {}."""
    if run.hp.soft_targets is None:
        return []
    before, after = f"SOFT_TARGETS = {array}".split("{}")
    rows = target_matrix(run.hp.soft_targets, run.classes).tolist()
    return [f"{before}[", *(f"    {row!r}," for row in rows), f"]{after}"]


def rows_lines(run: FollowedRun, convert: str) -> list[str]:
    """Take the rows out of the .npz; convert: what an array of NumPy's becomes, with {} for it."""
    names = '("X_train", "y_train", "X_test", "y_test")'
    targets = convert.format('data["T_train"]')
    return [
        'with np.load(Path(__file__).with_suffix(".npz")) as data:',
        f"    X, y, X_test, y_test = ({convert.format('data[name]')} for name in {names})",
        *([f"    T = {targets}"] if run.soft_rows else []),
    ]


def draws(run: FollowedRun) -> tuple[list[str], str]:
    """Lines before, and the expression of, the draw of a weight matrix (fan_in, fan_out) from ``rng``."""
    if run.hp.init == "he":
        return [], "rng.normal(0, (2 / fan_in) ** 0.5, (fan_in, fan_out))"
    if run.hp.init == "small":
        return [], "rng.uniform(-0.01, 0.01, (fan_in, fan_out))"
    return ["bound = (6 / (fan_in + fan_out)) ** 0.5"], "rng.uniform(-bound, bound, (fan_in, fan_out))"


def loop(run: FollowedRun, body: list[str]) -> list[str]:
    """The loop over the steps: each takes its ``rows`` and does what ``body`` says."""
    follow = ["hp |= changes.get(step, {})"] if run.changing else []
    lines = [
        "epoch, place = divmod(step, -(-len(y) // BATCH_SIZE))",
        "if place == 0:",
        "    order = np.random.default_rng((SEED, 1, epoch)).permutation(len(y))  # each epoch its own order",
        "rows = order[place * BATCH_SIZE : (place + 1) * BATCH_SIZE]",
        *follow,
        *body,
    ]
    return ["for step in range(STEPS):", *(f"    {line}" for line in lines)]


def ending(run: FollowedRun) -> list[str]:
    """Print accuracy and norm, with those that lsexplorer came to."""
    return [
        f'print(f"accuracy on the test part: {{accuracy:.6f}}, in lsexplorer {run.accuracy:.6f}")',
        f'print(f"weight norm: {{norm:.12g}}, in lsexplorer {run.norm:.12g}")',
    ]


def predicted(run: FollowedRun, logits: str) -> str:
    """The expression that says which class the logits stand for."""
    return f"({logits}[:, 0] > 0)" if run.is_single_unit else f"{logits}.argmax(axis=1)"
