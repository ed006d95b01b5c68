"""Would L2 have done what label smoothing does to scikit-learn's MLPClassifier on digits?

It takes hard classes alone, so each row comes once with each class, weighted by its smoothed target.

pip install '.[examples]'
lsexplorer match --trainer examples/sklearn_mlp.py:train --out runs/ --criterion logit_gap
"""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

import lsexplorer as ls

EPOCHS, BATCH = 20, 32


def train(recipe: ls.Recipe) -> ls.Answer:
    """Train one network, and return what it answers: test rows, or of split −1 training rows that were set aside."""
    if others := recipe.strengths.keys() - {"label_smoothing", "l2"}:
        raise NotImplementedError(f"this network has no {', '.join(others)}")
    data = ls.load_dataset("digits", seed=max(recipe.split, 0))
    X, y, X_test, y_test = data.X_train, data.y_train, data.X_test, data.y_test
    if recipe.is_tuning:
        held = np.arange(len(y)) % 5 == 0
        X, y, X_test, y_test = X[~held], y[~held], X[held], y[held]
    targets = ls.smooth_labels(np.eye(10)[y], recipe.label_smoothing)
    row, label = np.nonzero(targets)  # without smoothing each row once
    copies = len(row) // len(y)
    model = MLPClassifier(
        (32,),
        alpha=recipe.l2 * BATCH,  # its penalty is α/2·Σw² over the rows of a batch, whose weights sum to BATCH
        batch_size=BATCH * copies,
        learning_rate_init=0.003,
        max_iter=EPOCHS,
        n_iter_no_change=EPOCHS,
        random_state=recipe.seed,
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it stops after EPOCHS
        model.fit(X[row], label, sample_weight=targets[row, label])
    hidden = np.maximum(X_test @ model.coefs_[0] + model.intercepts_[0], 0)
    logits = hidden @ model.coefs_[1] + model.intercepts_[1]
    return ls.Answer(y=y_test, logits=logits, hidden=hidden, weights=model.coefs_)
