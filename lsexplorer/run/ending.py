"""What a run file keeps of the weights at its end, so that a replay that ends elsewhere is noticed.

The same steps give the same weights, bit for bit, with the same NumPy and the same BLAS kernel. Another kernel sums in
another order: the last bits differ, and after many steps perhaps the first ones too.
"""

import hashlib
from functools import cache

import msgspec
import numpy as np

from lsexplorer.errors import InputError
from lsexplorer.nn.network import Network
from lsexplorer.nn.norms import frobenius_norm

KEPT_PARAMETERS = 20_000
"""Of a larger network only the digest and the norms are kept."""


class Ending(msgspec.Struct, forbid_unknown_fields=True):
    """The weights at the end of a run, and what they were computed with."""

    sha256: str
    """Digest of the parameters' bytes."""
    norms: list[float]
    """Frobenius norm of each layer's weights."""
    numpy: str
    """NumPy's version."""
    blas: str
    """Name, version and kernel of the BLAS library; empty where they are not known."""
    parameters: list[float] | None = None
    """The parameters themselves, of a small network."""


def ending_of(network: Network) -> Ending:
    """What is kept of a network."""
    flat = network.parameters
    kept = flat.tolist() if flat.size <= KEPT_PARAMETERS else None
    return Ending(_digest(flat.tobytes()), _norms(network), np.__version__, blas_library(), kept)


def settle(network: Network, end: Ending) -> str:
    """Compare a replayed run with the end it was saved with; a sentence on the difference, or an empty text.

    Where the saved weights are known they are put in place of others, as an edit at the last step. Raises InputError
    for an ending that is not of such a network.
    """
    here = ending_of(network)
    if len(end.norms) != len(here.norms) or (
        end.parameters is not None and len(end.parameters) != network.parameters.size
    ):
        raise InputError("the weights at the end of the run are those of another network")
    if here.sha256 == end.sha256:
        return ""
    if (here.numpy, here.blas) == (end.numpy, end.blas):
        sentence = "The file or the program has changed since this run was saved: its replay ended with weights that"
    else:
        there, now = (f"NumPy {it.numpy}, {it.blas or 'an unknown BLAS'}" for it in (end, here))
        sentence = f"This run was saved with {there}; its replay, with {now}, ended with weights that"
    if end.parameters is None:
        layers = [f"{a:.6g} instead of {b:.6g}" for a, b in zip(here.norms, end.norms, strict=True)]
        return f"{sentence} differ from those saved: norms by layer {', '.join(layers)}."
    saved = np.array(end.parameters)
    if _digest(saved.tobytes()) != end.sha256:
        raise InputError("the weights at the end of the run do not have the digest that stands beside them")
    largest = float(np.abs(network.parameters - saved).max())
    network.parameters[...] = saved
    return (
        f"{sentence} differ by up to {largest:.2g} from those saved, which were put in their place as an edit at the "
        "last step."
    )


def _digest(parameters: bytes) -> str:
    return hashlib.sha256(parameters).hexdigest()


def _norms(network: Network) -> list[float]:
    return [float(frobenius_norm(W)) for W in network.weights]


def libraries() -> str:
    """What numbers are computed with here: 'NumPy 2.4.6 with openblas 0.3.31 Haswell'."""
    return f"NumPy {np.__version__} with {blas_library() or 'an unknown BLAS'}"


@cache
def blas_library() -> str:
    """Name, version and kernel of the BLAS library that NumPy uses, or an empty text."""
    from threadpoolctl import threadpool_info

    found = [library for library in threadpool_info() if library["user_api"] == "blas"]
    if not found:
        return ""
    # SciPy, which numba loads, has one of its own.
    library = min(found, key=lambda library: "numpy" not in library["filepath"].lower())
    parts = (library["internal_api"], library["version"], library.get("architecture"))
    return " ".join(part for part in parts if part)
