"""Those that train the same networks for benchmarks/peers.py: a bank, JAX, PyTorch and scikit-learn."""

import importlib
import os
import time
import warnings
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks.bank import made_up
from lsexplorer import Bank, Dataset, Hyperparameters
from lsexplorer.nn.network import Network
from lsexplorer.run.start import epoch_order

EPOCH_STEPS = 40
RATE = Hyperparameters().learning_rate
Rows = NDArray[np.int64]
"""Training rows of so many steps (steps, batch)."""


class Work(NamedTuple):
    """Networks to train."""

    sizes: tuple[int, ...]
    batch_size: int
    networks: int
    activation: str = "tanh"

    def data(self) -> Dataset:
        """EPOCH_STEPS full batches an epoch."""
        return made_up(self.sizes[0], self.sizes[-1], EPOCH_STEPS * self.batch_size)

    def strengths(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Label smoothing and L2 of each network (R,)."""
        share = np.arange(self.networks) / self.networks
        return 0.3 * share, 0.01 * share

    def arms(self, smoothed: bool = True) -> list[Hyperparameters]:
        """The hyperparameters of each network."""
        common: dict[str, Any] = {"hidden": self.sizes[1:-1], "batch_size": self.batch_size}
        return [
            Hyperparameters(activation=self.activation, label_smoothing=a * smoothed, l2=l2, **common)
            for a, l2 in zip(*self.strengths(), strict=True)
        ]

    def rows(self, epochs: Sequence[int]) -> Rows:
        """The batches of these epochs."""
        orders = [epoch_order(0, epoch, EPOCH_STEPS * self.batch_size) for epoch in epochs]
        return np.concatenate(orders).reshape(-1, self.batch_size)

    def first(self) -> tuple[list[NDArray[np.float64]], list[NDArray[np.float64]]]:
        """Weights (i, o) and biases (o,) by layer that every network starts from."""
        network = Network(self.sizes, self.activation, "softmax")
        network.parameters = Bank(self.data(), self.arms()[:1]).parameters[:, 0]
        return list(network.weights), list(network.biases)

    def multiply_adds(self) -> int:
        """Of one network's step: three products a layer, but the first layer's signal goes no further back."""
        layers = [i * o for i, o in pairwise(self.sizes)]
        return self.batch_size * (3 * sum(layers) - layers[0])


class Peer(NamedTuple):
    """A contender, ready to go on: what trains its members by some steps, and what tells their parameters (P, R)."""

    members: list[int]
    train: Callable[[Rows], object]
    parameters: Callable[[], NDArray[np.float64]]


def fastest(peers: Sequence[Peer], rows: Rows) -> Peer:
    """The one that takes the least time for these steps, best of three after one to warm up; none of them is used."""

    def took(peer: Peer) -> float:
        times = []
        for _ in range(4):
            start = time.perf_counter()
            peer.train(rows)
            times.append(time.perf_counter() - start)
        return min(times[1:])

    return min(peers, key=took)


def bank_peer(work: Work, members: list[int], smoothed: bool = True) -> Peer:
    """Some of the networks as a Bank, which deals the same rows itself."""
    arms = work.arms(smoothed)
    bank = Bank(work.data(), [arms[r] for r in members])
    return Peer(members, lambda rows: bank.step(len(rows)), lambda: bank.parameters)


def jax_peer(work: Work, axis: int = 0, unroll: int = 1) -> Peer:
    """All networks at once; see the module's docstring."""
    jax = importlib.import_module("jax")
    jnp = jax.numpy
    jax.config.update("jax_enable_x64", True)
    data, classes = work.data(), work.sizes[-1]
    X, T = jnp.asarray(data.X_train), jnp.asarray(data.targets_train)
    smoothing, l2 = map(jnp.asarray, work.strengths())
    activation = {"tanh": jnp.tanh, "relu": jax.nn.relu}[work.activation]

    def loss(parameters: Any, x: Any, t: Any, a: Any) -> Any:
        h = x
        for W, b in parameters[:-1]:
            h = activation(h @ W + b)
        W, b = parameters[-1]
        return -(((1 - a) * t + a / classes) * jax.nn.log_softmax(h @ W + b)).sum(axis=1).mean()

    def step(parameters: Any, x: Any, t: Any, a: Any, l2: Any) -> Any:
        slopes = jax.grad(loss)(parameters, x, t, a)
        pairs = zip(parameters, slopes, strict=True)
        return [(W - RATE * (dW + l2 * W), b - RATE * db) for (W, b), (dW, db) in pairs]

    each = jax.vmap(step, in_axes=(axis, None, None, 0, 0), out_axes=axis)

    def steps(parameters: Any, rows: Any) -> Any:
        return jax.lax.scan(lambda p, r: (each(p, X[r], T[r], smoothing, l2), None), parameters, rows, unroll=unroll)[0]

    go = jax.jit(steps, donate_argnums=0)
    stacked = [[jnp.stack([one] * work.networks, axis=axis) for one in layers] for layers in work.first()]
    state = [list(zip(*stacked, strict=True))]

    def train(rows: Rows) -> None:
        state[0] = go(state[0], rows)
        jax.block_until_ready(state[0])

    def parameters() -> NDArray[np.float64]:
        arrays = [np.moveaxis(np.asarray(one), axis, -1) for layers in zip(*state[0], strict=True) for one in layers]
        return np.concatenate([one.reshape(-1, work.networks) for one in arrays])

    return Peer(list(range(work.networks)), train, parameters)


def best_jax(work: Work) -> Peer:
    """Over the axis of the networks and the unrolling."""
    forms = [(axis, unroll) for axis in (0, -1) for unroll in (1, 4)]
    rows = work.rows(range(max(1, 200_000_000 // (work.multiply_adds() * work.networks * EPOCH_STEPS))))
    tried = [jax_peer(work, *form) for form in forms]
    return jax_peer(work, *forms[tried.index(fastest(tried, rows))])


class ByHand:
    """Plain SGD on PyTorch's tensors."""

    def __init__(self, weights: list[Any], biases: list[Any], l2: float, no_grad: Callable[[], Any]) -> None:
        self.weights, self.biases, self.decay, self.no_grad = weights, biases, 1 - RATE * l2, no_grad

    def zero_grad(self) -> None:
        """Forget the last step's slopes."""
        for one in (*self.weights, *self.biases):
            one.grad = None

    def step(self) -> None:
        """Move every parameter."""
        with self.no_grad():
            for W in self.weights:
                W.mul_(self.decay).add_(W.grad, alpha=-RATE)
            for b in self.biases:
                b.add_(b.grad, alpha=-RATE)


def torch_peer(work: Work, members: list[int], optimizer: str = "hand", threads: int = 1) -> Peer:
    """Some of the networks, one after another. optimizer: SGD, fused, or hand."""
    torch = importlib.import_module("torch")
    nn = torch.nn
    torch.set_default_dtype(torch.float64)
    data = work.data()
    X, y = torch.from_numpy(data.X_train), torch.from_numpy(data.y_train)
    models, losses, optimizers = [], [], []
    for r in members:
        layers: list[Any] = []
        for i, o in pairwise(work.sizes):
            layers += [nn.Linear(i, o), {"tanh": nn.Tanh, "relu": nn.ReLU}[work.activation]()]
        model = nn.Sequential(*layers[:-1])
        with torch.no_grad():
            for layer, W, b in zip(layers[::2], *work.first(), strict=True):
                layer.weight.copy_(torch.from_numpy(W.T.copy()))
                layer.bias.copy_(torch.from_numpy(b.copy()))
        a, l2 = (float(values[r]) for values in work.strengths())
        weights, biases = ([getattr(layer, name) for layer in layers[::2]] for name in ("weight", "bias"))
        models.append(model)
        losses.append(nn.CrossEntropyLoss(label_smoothing=a))
        if optimizer == "hand":
            optimizers.append(ByHand(weights, biases, l2, torch.no_grad))
        else:
            groups = [{"params": weights, "weight_decay": l2}, {"params": biases}]
            optimizers.append(torch.optim.SGD(groups, lr=RATE, fused=optimizer == "fused"))

    def train(rows: Rows) -> None:
        torch.set_num_threads(threads)
        batches = torch.from_numpy(rows)
        for model, loss, update in zip(models, losses, optimizers, strict=True):
            for batch in batches:
                update.zero_grad()
                loss(model(X[batch]), y[batch]).backward()
                update.step()

    def parameters() -> NDArray[np.float64]:
        columns = []
        for model in models:
            layers = list(model)[::2]
            arrays = [layer.weight.T for layer in layers] + [layer.bias for layer in layers]
            columns.append(np.concatenate([one.detach().numpy().ravel() for one in arrays]))
        return np.stack(columns, axis=-1)

    return Peer(members, train, parameters)


def best_torch(work: Work, members: list[int]) -> Peer:
    """Over the optimisers, and one thread or all."""
    forms = [(name, threads) for name in ("SGD", "fused", "hand") for threads in (1, os.cpu_count() or 1)]
    tried = [torch_peer(work, members[:1], *form) for form in forms]
    return torch_peer(work, members, *forms[tried.index(fastest(tried, work.rows([0])))])


def sklearn_peer(work: Work, members: list[int], stepwise: bool) -> Peer:
    """Some of the networks, one after another, with hard targets.

    It divides its penalty by the rows of each batch, and all of ours are full, hence alpha. stepwise: partial_fit with
    each batch, else fit with each epoch, which takes no batches: its own order of the rows is off, and they come in
    ours.
    """
    network = importlib.import_module("sklearn.neural_network")
    warnings.filterwarnings("ignore", message="Stochastic Optimizer")  # it would like to go on
    data = work.data()
    first = work.first()
    models = []
    for r in members:
        model = network.MLPClassifier(
            work.sizes[1:-1],
            activation=work.activation,
            solver="sgd",
            alpha=float(work.strengths()[1][r]) * work.batch_size,
            batch_size=work.batch_size,
            learning_rate_init=RATE,
            max_iter=1,
            shuffle=False,
            tol=0.0,
            momentum=0.0,
            nesterovs_momentum=False,
            warm_start=not stepwise,
            n_iter_no_change=10**9,
        )
        model.fit(data.X_train, data.y_train)
        model.coefs_, model.intercepts_ = ([one.copy() for one in layers] for layers in first)
        models.append(model)

    def train(rows: Rows) -> None:
        epochs = rows.reshape(-1, EPOCH_STEPS * work.batch_size)
        for model in models:
            if stepwise:
                for batch in rows:
                    model.partial_fit(data.X_train[batch], data.y_train[batch])
            else:
                for order in epochs:
                    model.fit(data.X_train[order], data.y_train[order])

    def parameters() -> NDArray[np.float64]:
        columns = [np.concatenate([one.ravel() for one in (*m.coefs_, *m.intercepts_)]) for m in models]
        return np.stack(columns, axis=-1)

    return Peer(members, train, parameters)
