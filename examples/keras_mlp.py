"""Would L2 have done what label smoothing does to a small Keras network on digits? With any backend of Keras 3.

pip install '.[examples]'
KERAS_BACKEND=torch lsexplorer match --trainer examples/keras_mlp.py:train --out runs/
"""

import keras
import numpy as np
from keras import layers

import lsexplorer as ls

EPOCHS, BATCH, LEARNING_RATE = 30, 32, 0.1


def train(recipe: ls.Recipe) -> ls.Answer:
    """Train one network, and return what it answers: test rows, or of split −1 training rows that were set aside."""
    if others := recipe.strengths.keys() - {"label_smoothing", "l2", "l1"}:
        raise NotImplementedError(f"this network has no {', '.join(others)}")
    keras.utils.set_random_seed(recipe.seed)
    data = ls.load_dataset("digits", seed=max(recipe.split, 0))
    X, y, X_test, y_test = data.X_train, data.y_train, data.X_test, data.y_test
    if recipe.is_tuning:
        held = np.arange(len(y)) % 5 == 0
        X, y, X_test, y_test = X[~held], y[~held], X[held], y[held]

    def dense(units: int, activation: str | None = None) -> layers.Dense:
        penalty = keras.regularizers.L1L2(l1=recipe.l1, l2=recipe.l2 / 2)  # Keras adds l2·Σw², not half of it
        return layers.Dense(units, activation, kernel_regularizer=penalty)

    inputs = keras.Input((64,))
    hidden_layer, head = dense(32, "relu"), dense(10)
    hidden = hidden_layer(inputs)
    model = keras.Model(inputs, head(hidden))
    model.compile(
        optimizer=keras.optimizers.SGD(LEARNING_RATE),
        loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=recipe.label_smoothing),
    )
    model.fit(X, np.eye(10)[y], batch_size=BATCH, epochs=EPOCHS, verbose=0)
    return ls.Answer(
        y=y_test,
        logits=model.predict(X_test, verbose=0),
        hidden=keras.Model(inputs, hidden).predict(X_test, verbose=0),
        weights=[hidden_layer.kernel, head.kernel],
    )
