"""Would a penalty on leaves or on logits have done what label smoothing does to boosted trees on digits, in XGBoost?

Its own objective takes hard classes; the gradient of cross-entropy with soft targets is softmax(z) − t′.
There is no weight norm of trees here, so the match is on the logit gap.

pip install '.[examples]'
lsexplorer match --trainer examples/xgboost_trees.py:train --out runs/ --criterion logit_gap \
    --remedy l2 --strengths 0.01:1000
"""

import numpy as np
import xgboost as xgb

import lsexplorer as ls

TREES = 30


def train(recipe: ls.Recipe) -> ls.Answer:
    """Train one model, and return what it answers: test rows, or of split −1 training rows that were set aside."""
    if others := recipe.strengths.keys() - {"label_smoothing", "l2", "l1", "logit_penalty"}:
        raise NotImplementedError(f"this model has no {', '.join(others)}")
    data = ls.load_dataset("digits", seed=max(recipe.split, 0))
    X, y, X_test, y_test = data.X_train, data.y_train, data.X_test, data.y_test
    if recipe.is_tuning:
        held = np.arange(len(y)) % 5 == 0
        X, y, X_test, y_test = X[~held], y[~held], X[held], y[held]
    targets = ls.smooth_labels(np.eye(10)[y], recipe.label_smoothing)

    def objective(z: np.ndarray, _: xgb.DMatrix) -> tuple[np.ndarray, np.ndarray]:
        """Gradient and curvature of −Σ t′ log softmax(z) + c/2·Σz², each (rows, classes)."""
        p = np.exp(z - z.max(axis=1, keepdims=True))
        p /= p.sum(axis=1, keepdims=True)
        return p - targets + recipe.logit_penalty * z, 2 * p * (1 - p) + recipe.logit_penalty

    settings = {
        "num_class": 10,
        "disable_default_eval_metric": True,
        "max_depth": 4,
        "eta": 0.3,
        "subsample": 0.8,  # what the seed decides
        "colsample_bytree": 0.8,
        "lambda": recipe.l2,  # ½λ times the squares of the leaves' values
        "alpha": recipe.l1,
        "seed": recipe.seed,
    }
    model = xgb.train(settings, xgb.DMatrix(X, label=y), TREES, obj=objective)
    return ls.Answer(y=y_test, logits=model.predict(xgb.DMatrix(X_test), output_margin=True))
