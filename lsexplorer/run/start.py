"""What a run starts from, for one network and for a bank: layer sizes, first weights, and the order of an epoch.

The first weights come from (seed), the order of an epoch's rows from (seed, epoch), so that any step can be replayed.
"""

import itertools

import numpy as np
from numpy.typing import NDArray

from lsexplorer.data import Dataset
from lsexplorer.errors import InputError
from lsexplorer.nn.network import Network
from lsexplorer.run.evaluator import output_units
from lsexplorer.run.hyperparameters import Hyperparameters

MAX_PARAMETERS, MAX_BANK_PARAMETERS = 20_000_000, 100_000_000
_INIT_STREAM, _ORDER_STREAM = 0, 1


def layer_sizes(data: Dataset, hp: Hyperparameters, networks: int = 1) -> tuple[int, ...]:
    """Units of each layer, inputs first; raises InputError for more parameters than memory should be asked for."""
    sizes = (data.X_train.shape[1], *hp.hidden, output_units(data, hp))
    count = sum((i + 1) * o for i, o in itertools.pairwise(sizes))
    if count > MAX_PARAMETERS:
        raise InputError(
            f"a network {'-'.join(map(str, sizes))} has {count:,} parameters, more than {MAX_PARAMETERS:,}: "
            "use fewer hidden units"
        )
    if count * networks > MAX_BANK_PARAMETERS:
        raise InputError(
            f"{networks:,} networks {'-'.join(map(str, sizes))} have {count * networks:,} parameters, more than "
            f"{MAX_BANK_PARAMETERS:,}: train them in smaller banks"
        )
    return sizes


def draw_first_weights(network: Network, hp: Hyperparameters) -> None:
    """Set one network's parameters to those of step 0."""
    network.initialize(hp.init, np.random.default_rng((hp.seed, _INIT_STREAM)))


def epoch_order(seed: int, epoch: int, rows: int) -> NDArray[np.int64]:
    """The order in which an epoch (0 for the first) deals the training rows, (rows,), not to be written to."""
    order = np.random.default_rng((seed, _ORDER_STREAM, epoch)).permutation(rows)
    order.flags.writeable = False
    return order
