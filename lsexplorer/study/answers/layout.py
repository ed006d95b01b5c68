"""Where the answers of networks lie in a folder of results.

``METHOD/seed-3.npz``, or with several splits ``METHOD/seed-3-split-0.npz``; a METHOD is ``plain``, or a regulariser
with its strength, such as ``l2=0.008``. Networks on which a strength was found, and which are not judged, lie below
``tuning/`` in the same way.
"""

from collections.abc import Mapping
from pathlib import Path

PLAIN_METHOD = "plain"
TUNING_FOLDER = "tuning"
DIVERGED = ".diverged"
"""Ends the name of the empty file that says that a training has diverged."""
SETTINGS = "lsexplorer.json"
"""The file that says what trained the networks."""


def strength_text(strength: float) -> str:
    """A strength as a method's name has it."""
    return f"{strength:.6g}"


def method_name(strengths: Mapping[str, float]) -> str:
    """The name of the method with these strengths."""
    return ",".join(f"{name}={strength_text(value)}" for name, value in strengths.items()) or PLAIN_METHOD


def answer_path(folder: Path, method: str, seed: int, *, split: int | None = None) -> Path:
    """The file of a network's answers; split: its number where there are several."""
    return folder / method / (f"seed-{seed}.npz" if split is None else f"seed-{seed}-split-{split}.npz")
