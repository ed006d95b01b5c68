"""The pictures that the screens show of a run: how each is made, drawn, titled and explained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.map import draw_map, map_look_for, map_room, map_title
from lsexplorer.run.state import RunState
from lsexplorer.views.map import class_map
from lsexplorer.views.viewpoint import Viewpoint


@dataclass(frozen=True, kw_only=True)
class PictureKind:
    """A kind of picture."""

    make: Callable[[RunState, Viewpoint], Any]
    """Its numbers, a frozen object: those of the run as it stands."""
    room: Callable[[int, int], tuple[int, int]]
    """The columns and rows that it has without axes on a canvas of so many."""
    draw: Callable[[Any, Canvas], None]
    """Draws its numbers."""
    title: Callable[[Any], str]
    """What it shows, in a line."""
    look_for: Callable[[Any], Sequence[str]]
    """What to look for, in a line: the longest form first."""
    variant: str
    """What v changes in it."""
    help: str
    """Its page in the help."""


PICTURES: dict[str, PictureKind] = {
    "map": PictureKind(
        make=class_map,
        room=map_room,
        draw=draw_map,
        title=map_title,
        look_for=map_look_for,
        variant="other predictors",
        help="""\
The network's answer over two predictors, or over two principal components of the data: the colour is the class, the \
shade how sure the network is of it, from below 50 % to above 99.9 %. The other predictors have the selected sample's \
values (Tab: another sample; a: the mean), so that the point in brackets is answered as the sample is. Letters are \
training samples; those that the network has wrong stand on the plain ground in their class's colour. The map reaches \
far beyond the samples: there one sees that training on hard targets makes the network sure of what it has never seen, \
that smoothing keeps it at a plateau, and that L2 makes the slopes gentler but does not level them.""",
    ),
}
"""By the name of the view."""
