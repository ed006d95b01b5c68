"""Loading a data set by name."""

from lsexplorer.data import builtin
from lsexplorer.data.dataset import Dataset
from lsexplorer.data.split import standardization, stratified_split
from lsexplorer.errors import InputError

DEFAULT_TEST_SIZE = 0.2


def load_dataset(source: str, test_size: float = DEFAULT_TEST_SIZE, seed: int = 0) -> Dataset:
    """Load a built-in data set, split it (stratified, by ``seed``) and standardise it by the training part.

    source: a built-in name. test_size: share of every class that goes to the test part. Raises InputError for a
    name that is not known.
    """
    if source not in builtin.NAMES:
        raise InputError(f"no data set '{source}': the built-in ones are {', '.join(builtin.NAMES)}")
    X, y, feature_names, class_names = builtin.read(source)
    train, test = stratified_split(y, test_size, seed)
    mean, scale = standardization(X[train])
    return Dataset(
        name=source,
        X_train=(X[train] - mean) / scale,
        y_train=y[train],
        X_test=(X[test] - mean) / scale,
        y_test=y[test],
        feature_names=feature_names,
        class_names=class_names,
        mean=mean,
        scale=scale,
        train_rows=train,
        test_rows=test,
    )
