"""A training function in NumPy alone: a softmax regression of which 36 rows are judged, in a few milliseconds."""

from pathlib import Path

import numpy as np

import lsexplorer as ls

_rng = np.random.default_rng(0)
_X = _rng.normal(size=(300, 4))
_Z = _X @ _rng.normal(size=(4, 3)) * 1.5
_Y = (_Z + _rng.gumbel(size=_Z.shape)).argmax(axis=1)
_PARTS = {-1: (slice(0, 200), slice(200, 230)), 0: (slice(0, 264), slice(264, 300))}


def train(recipe: ls.Recipe) -> ls.Answer:
    """Label smoothing and L2 alone."""
    if unknown := recipe.strengths.keys() - {"label_smoothing", "l2"}:
        raise NotImplementedError(f"no {', '.join(unknown)} here")
    of_train, of_test = _PARTS.get(recipe.split, (slice(36, 300), slice(0, 36)))
    X, y = _X[of_train], _Y[of_train]
    targets = np.eye(3)[y] * (1 - recipe.label_smoothing) + recipe.label_smoothing / 3
    rng = np.random.default_rng(recipe.seed)
    W = rng.normal(size=(4, 3)) * 0.1
    for _ in range(40):
        rows = rng.integers(0, len(X), 32)
        p = np.exp(X[rows] @ W)
        W -= 0.5 * (X[rows].T @ (p / p.sum(axis=1, keepdims=True) - targets[rows]) / 32 + recipe.l2 * W)
    return ls.Answer(y=_Y[of_test], logits=_X[of_test] @ W, weights=[W], y_train=y)


def trainer_file(folder: Path, body: str = "return train_well(recipe)", name: str = "") -> Path:
    """A file whose function ``train`` has this body; ``calls`` beside it gets a line for each call.

    Its name is the folder's unless given: a process can load only one of a name.
    """
    path = folder / f"{name or folder.name}.py"
    path.write_text(
        "import numpy as np\n"
        "import lsexplorer as ls\n"
        "from tests.support.trainers import train as train_well\n\n"
        "def train(recipe):\n"
        f"    with open({str(folder / 'calls')!r}, 'a') as file:\n"
        "        print(repr(recipe), file=file)\n" + "".join(f"    {line}\n" for line in body.splitlines())
    )
    return path
