"""The pictures that the screens show of a run: how each is made, drawn, titled and explained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.clusters import (
    clusters_brief,
    clusters_look_for,
    clusters_room,
    clusters_title,
    draw_clusters,
)
from lsexplorer.render.pictures.error_terms import (
    draw_error_terms,
    errors_brief,
    errors_look_for,
    errors_room,
    errors_title,
)
from lsexplorer.render.pictures.histograms import (
    draw_weights,
    weights_brief,
    weights_look_for,
    weights_room,
    weights_title,
)
from lsexplorer.render.pictures.map import draw_map, map_brief, map_hit, map_look_for, map_room, map_title
from lsexplorer.render.pictures.network import (
    draw_network,
    network_brief,
    network_hit,
    network_look_for,
    network_room,
    network_title,
)
from lsexplorer.render.pictures.reliability import (
    draw_reliability,
    reliability_brief,
    reliability_look_for,
    reliability_room,
    reliability_title,
)
from lsexplorer.run.state import RunState
from lsexplorer.tui.model.frame import Frame
from lsexplorer.views.clusters import clusters
from lsexplorer.views.error_terms import error_terms
from lsexplorer.views.error_terms import in_one_scale as errors_in_one_scale
from lsexplorer.views.histograms import in_one_scale as weights_in_one_scale
from lsexplorer.views.histograms import weight_histograms
from lsexplorer.views.map import ClassMap, class_map
from lsexplorer.views.network import NetworkPicture, neighbour, network_picture
from lsexplorer.views.network import in_one_scale as networks_in_one_scale
from lsexplorer.views.reliability import Reliability, reliability
from lsexplorer.views.viewpoint import Hit, Viewpoint


def next_node(frame: Frame, weight: int, right: int, down: int) -> str:
    """The node that arrow keys select: down and up in the delta table."""
    names = [node.name for node in frame.deltas.nodes]
    return names[max(0, min(names.index(frame.node) + down, len(names) - 1))]


def next_in_network(frame: Frame, weight: int, right: int, down: int) -> str:
    """The node beside the selected one; to the left the one from which the selected weight comes."""
    return neighbour(frame.sizes, frame.node, weight, right=right, down=down)


def nothing_hit(numbers: Any, canvas: Canvas, x: int, y: int) -> Hit:
    """A click selects nothing."""
    return Hit()


def map_variant(numbers: ClassMap) -> str:
    """There may be but one plane."""
    return "other axes" if numbers.variants > 1 else ""


def network_variant(numbers: NetworkPicture) -> str:
    """Images are drawn, or the weights that see them."""
    if numbers.pixels is None:
        return ""
    return "the sample" if numbers.shows_weights else "its weights"


def reliability_variant(numbers: Reliability) -> str:
    """Before scaling or after it."""
    if numbers.shown is None:
        return ""
    return "before scaling" if numbers.scaled else "after scaling"


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
    brief: Callable[[Any], Sequence[str]]
    """What tells one run from another in it, in a few characters: the longest form first."""
    keys: str = ""
    """What keys do in it, in the explorer."""
    variant: Callable[[Any], str]
    """What v shows instead, in a word or two; '' where there is nothing else."""
    neighbour: Callable[[Frame, int, int, int], str] = next_node
    """The node that an arrow key selects, of the selected weight, and places to the right and down."""
    hit: Callable[[Any, Canvas, int, int], Hit] = nothing_hit
    """What stands in a column and a row of the canvas that it was drawn on."""
    together: Callable[[Sequence[Any]], Sequence[Any]] = list
    """The numbers of several runs so that they are drawn in the same scale."""
    least: tuple[int, int] = (24, 7)
    """Columns and rows that a small one has at least, of several runs side by side."""
    across: Sequence[str]
    """What to look for where several runs are side by side: the longest form first."""
    help: str
    """Its page in the help."""


PICTURES: dict[str, PictureKind] = {
    "network": PictureKind(
        make=network_picture,
        room=network_room,
        draw=draw_network,
        hit=network_hit,
        title=network_title,
        look_for=network_look_for,
        variant=network_variant,
        keys="↑ ↓ ← → node · [ ] weight into it",
        neighbour=next_in_network,
        brief=network_brief,
        together=networks_in_one_scale,
        least=(46, 9),
        across=(
            "Smoothing turns the error term of the sample's class; L2 thins all weights, wanted or not.",
            "Smoothing turns the class's error term; L2 thins all weights.",
        ),
        help="""\
The network before its next step. A node shows what it passes on for the selected sample (Tab: another; a: the \
batch's mean): blue above 0, orange below, the brighter the larger. A line is a weight, blue where it adds and orange \
where it subtracts, bright and thick where it is large; without colour it is solid above 0 and dotted below. The \
outputs have their error terms t′ − o. ▲ and ▼ say whether the next step makes a weight, or the norm ‖w‖ of a node's \
weights, larger or smaller. ↑ ↓ ← → (or a click) select a node, whose weights stand out, [ and ] one of these \
weights, as in the tables. Layers of more than 16 units are folded; images are drawn as pixels, and v shows the \
weights that see them.""",
    ),
    "map": PictureKind(
        make=class_map,
        room=map_room,
        draw=draw_map,
        hit=map_hit,
        title=map_title,
        look_for=map_look_for,
        variant=map_variant,
        brief=map_brief,
        least=(26, 9),
        across=(
            "Far from all samples: hard targets are sure of what they never saw, smoothing levels off, L2 slopes less.",
            "Far away hard targets are sure, smoothing levels off, L2 slopes less.",
        ),
        help="""\
The network's answer over two predictors, or over two principal components of the data: the colour is the class, the \
shade how sure the network is of it, from below 50% to above 99.9%. The other predictors have the selected sample's \
values (Tab: another sample; a: the mean), so that the point in brackets is answered as the sample is; a click on \
another one selects it. Letters are training samples; those that the network has wrong stand on the plain ground in \
their class's colour; faint ones lie so far off the plane that they are answered otherwise than the map says at their \
place. The map reaches far beyond the samples: there one sees that training on hard targets makes the network sure of \
what it never saw. With tanh or logistic units smoothing keeps it at a plateau, near the soft target; relu units grow \
without bound, and with them the network is sure far away in the end, only later. L2 makes the slopes gentler and \
does not level them.""",
    ),
    "clusters": PictureKind(
        make=clusters,
        room=clusters_room,
        draw=draw_clusters,
        title=clusters_title,
        look_for=clusters_look_for,
        variant=attrgetter("other"),
        brief=clusters_brief,
        across=(
            "In which method is each class tightest? In time smoothing draws each together, L2 hardly.",
            "In which method is each class tightest? In time it is smoothing.",
        ),
        help="""\
The last hidden layer's activations of three classes' samples, as in Müller, Kornblith and Hinton 2019, section 3. A \
class's template is the weights into its output; the three templates span a plane, and the samples are projected on \
it. Of two classes there is only the line through two templates, and each class has a band of its own along it. The \
selected sample stands in brackets (Tab: another), if it is of one of the classes. The \
unit is the root mean square distance of the training samples from their middle, so that one sees how tight each \
class is, and not how large the activations are. Spread is the root mean square distance from the own class's centre \
over that of the centres from each other: the smaller, the tighter. Smoothing asks for one distance to each of the \
other classes' templates, and so draws each class together; L2 only makes the templates smaller.""",
    ),
    "reliability": PictureKind(
        make=reliability,
        room=reliability_room,
        draw=draw_reliability,
        title=reliability_title,
        look_for=reliability_look_for,
        variant=reliability_variant,
        brief=reliability_brief,
        across=(
            "Plain training tends to be too sure (below the diagonal), smoothing not sure enough (above it).",
            "Below the diagonal: too sure. Above it: not sure enough.",
        ),
        help="""\
The test samples in 15 bins by confidence, which is the largest class probability. A point stands over a bin's mean \
confidence at the share of its samples that are right; on the diagonal the two agree. The shaded band holds the share \
in 95% of cases or more if each confidence were right, by the binomial distribution: few samples, wide band. Below \
are the bins' samples. Open circles are the other one of before and after temperature scaling: logits are divided by \
one number T, at which these samples have the least NLL. T above 1: the network was too sure. ECE is \
the mean distance from the diagonal, weighted by samples; "if calibrated" is what it would be on these samples by \
chance alone.""",
    ),
    "weights": PictureKind(
        make=weight_histograms,
        room=weights_room,
        draw=draw_weights,
        title=weights_title,
        look_for=weights_look_for,
        variant=attrgetter("other"),
        brief=weights_brief,
        together=weights_in_one_scale,
        across=(
            "Whose weights spread furthest from where they started? L2 holds them all, smoothing stops their growth.",
            "Whose weights spread furthest from where they started?",
        ),
        help="""\
Each layer's weights, biases left out, as a histogram: bars for the present step, and dashes for step 0. Below the \
layer's name stand the root mean square and the largest of the weights, at the start and now.""",
    ),
    "errors": PictureKind(
        make=error_terms,
        room=errors_room,
        draw=draw_error_terms,
        title=errors_title,
        look_for=errors_look_for,
        variant=attrgetter("other"),
        brief=errors_brief,
        together=errors_in_one_scale,
        least=(30, 7),
        across=(
            "Under smoothing the line of a learned class crosses 0; under L2 it stays above, and pushes on.",
            "Smoothing lets the line of a learned class cross 0; L2 does not.",
        ),
        help="""\
The delta table's t′ − o of every output, over the whole path: of the selected sample (Tab: another one), or of the \
mean over the batch that each step takes: a faint dot for each, and the running mean as a line. It is computed anew \
from up to 200 steps of the run that are kept, and from the present one. The scale is one of square roots, so that \
what is near 0 is seen. With hard targets the line of the sample's class comes down to 0 and never reaches it, which \
is why its weights grow for ever. With smoothing it crosses 0: the output is above its target, and the same rule makes \
the weights smaller.""",
    ),
}
"""By the name of the view."""
