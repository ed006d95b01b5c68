"""The pictures that the screens show of a run: how each is made, drawn, titled and explained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.map import draw_map, map_look_for, map_room, map_title
from lsexplorer.render.pictures.network import draw_network, network_look_for, network_room, network_title
from lsexplorer.run.state import RunState
from lsexplorer.tui.model.frame import Frame
from lsexplorer.views.map import ClassMap, class_map
from lsexplorer.views.network import NetworkPicture, neighbour, network_picture
from lsexplorer.views.viewpoint import Viewpoint


def next_node(frame: Frame, weight: int, right: int, down: int) -> str:
    """The node that arrow keys select: down and up in the delta table."""
    names = [node.name for node in frame.deltas.nodes]
    return names[max(0, min(names.index(frame.node) + down, len(names) - 1))]


def next_in_network(frame: Frame, weight: int, right: int, down: int) -> str:
    """The node beside the selected one; to the left the one from which the selected weight comes."""
    return neighbour(frame.sizes, frame.node, weight, right=right, down=down)


def map_variant(numbers: ClassMap) -> str:
    """There may be but one plane."""
    return "other axes" if numbers.variants > 1 else ""


def network_variant(numbers: NetworkPicture) -> str:
    """Images are drawn, or the weights that see them."""
    if numbers.pixels is None:
        return ""
    return "the sample" if numbers.shows_weights else "its weights"


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
    variant: Callable[[Any], str]
    """What v shows instead, in a word or two; '' where there is nothing else."""
    neighbour: Callable[[Frame, int, int, int], str] = next_node
    """The node that an arrow key selects, of the selected weight, and places to the right and down."""
    help: str
    """Its page in the help."""


PICTURES: dict[str, PictureKind] = {
    "network": PictureKind(
        make=network_picture,
        room=network_room,
        draw=draw_network,
        title=network_title,
        look_for=network_look_for,
        variant=network_variant,
        neighbour=next_in_network,
        help="""\
The network before its next step. A node shows what it passes on for the selected sample (Tab: another; a: the batch's \
mean): blue above 0, orange below, the brighter the larger. A line is a weight, blue where it adds and orange where it \
subtracts, bright and thick where it is large; without colour it is solid above 0 and dotted below. The outputs have \
their error terms t′ − o. ▲ and ▼ say whether the next step makes a weight, or the norm ‖w‖ of a node's weights, \
larger or smaller. ↑ ↓ ← → select a node, whose weights stand out, [ and ] one of these weights, as in the tables. \
Layers of more than 16 units are folded; images are drawn as pixels, and v shows the weights that see them.""",
    ),
    "map": PictureKind(
        make=class_map,
        room=map_room,
        draw=draw_map,
        title=map_title,
        look_for=map_look_for,
        variant=map_variant,
        help="""\
The network's answer over two predictors, or over two principal components of the data: the colour is the class, the \
shade how sure the network is of it, from below 50 % to above 99.9 %. The other predictors have the selected sample's \
values (Tab: another sample; a: the mean), so that the point in brackets is answered as the sample is. Letters are \
training samples; those that the network has wrong stand on the plain ground in their class's colour; faint \
ones lie so far off the plane that they are answered otherwise than the map says at their place. The map reaches \
far beyond the samples: there one sees that training on hard targets makes the network sure of what it has never seen, \
that smoothing keeps it at a plateau, and that L2 makes the slopes gentler but does not level them.""",
    ),
}
"""By the name of the view."""
