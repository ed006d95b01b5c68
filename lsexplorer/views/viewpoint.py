"""From where a picture looks at a run."""

from dataclasses import dataclass

from lsexplorer.run.deltas import Deltas


@dataclass(frozen=True)
class Viewpoint:
    """What of a run is looked at, and in how much room."""

    deltas: Deltas
    """The next step; its sample is the one that is looked at."""
    node: str
    """The selected node."""
    weight: int = 0
    """The selected weight into it, by its place among the sources."""
    variant: int = 0
    """How often another variant of the picture was asked for."""
    columns: int = 80
    """Characters that the picture itself has in a row, without axes."""
    rows: int = 20
    """Its rows, without axes and legend."""


@dataclass(frozen=True)
class Hit:
    """What stands at a place of a picture."""

    node: str = ""
    """A node's name, '' for none."""
    sample: int | None = None
    """A training row, None for none."""
