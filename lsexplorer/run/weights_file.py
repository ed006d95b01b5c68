"""A network's weights as a file: NumPy's .npz, or .safetensors that PyTorch's load_state_dict takes."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from lsexplorer.data.output import written
from lsexplorer.errors import InputError
from lsexplorer.nn.arrays import Array
from lsexplorer.nn.network import Network

SUFFIXES = (".npz", ".safetensors")


def write_weights(network: Network, activation: str, path: str | Path) -> None:
    """Write a network's parameters; activation: of its hidden layers.

    .npz: W1 (fan_in, fan_out), b1 (fan_out,) … by layer. .safetensors: "0.weight" (fan_out, fan_in), "0.bias",
    "2.weight" …, as a torch.nn.Sequential of layers and activations calls them; "0", "1" … without activations.
    Raises InputError for another suffix, where safetensors is not installed, and where the file cannot be written.
    """
    path = Path(path)
    check_suffix(path)
    stride = 1 if activation == "identity" else 2
    arrays: dict[str, Array] = {}
    for number, (W, b) in enumerate(zip(network.weights, network.biases, strict=True)):
        if path.suffix.lower() == ".npz":
            arrays |= {f"W{number + 1}": W, f"b{number + 1}": b}
        else:
            place = number * stride
            arrays |= {f"{place}.weight": np.ascontiguousarray(W.T), f"{place}.bias": np.ascontiguousarray(b)}
    if path.suffix.lower() == ".npz":
        with written(path) as file:
            np.savez(file, allow_pickle=False, **arrays)
    else:
        content = _safetensors()(arrays)
        with written(path) as file:
            file.write(content)


def check_suffix(path: Path) -> None:
    """Raise InputError unless the name ends in one of SUFFIXES, and such a file can be made here."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(f"weights go to a file that ends in {' or '.join(SUFFIXES)}, got '{path.name}'")
    if path.suffix.lower() == ".safetensors":
        _safetensors()


def _safetensors() -> Callable[[dict[str, Array]], bytes]:
    """What makes the contents of a file of arrays."""
    try:
        from safetensors.numpy import save
    except ImportError:
        raise InputError("safetensors is not installed: pip install 'lsexplorer[export]', or give an .npz") from None
    make: Callable[[dict[str, Array]], bytes] = save
    return make
