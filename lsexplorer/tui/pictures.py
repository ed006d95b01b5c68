"""The pictures that the screens show of a run: how each is made, drawn, titled and explained."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lsexplorer.render.pictures.canvas import Canvas
from lsexplorer.render.pictures.clusters import clusters_look_for, clusters_room, clusters_title, draw_clusters
from lsexplorer.render.pictures.error_terms import draw_error_terms, errors_look_for, errors_room, errors_title
from lsexplorer.render.pictures.histograms import draw_weights, weights_look_for, weights_room, weights_title
from lsexplorer.render.pictures.map import draw_map, map_look_for, map_room, map_title
from lsexplorer.render.pictures.reliability import (
    draw_reliability,
    reliability_look_for,
    reliability_room,
    reliability_title,
)
from lsexplorer.run.state import RunState
from lsexplorer.views.clusters import clusters
from lsexplorer.views.error_terms import error_terms
from lsexplorer.views.histograms import weight_histograms
from lsexplorer.views.map import class_map
from lsexplorer.views.reliability import reliability
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
    "clusters": PictureKind(
        make=clusters,
        room=clusters_room,
        draw=draw_clusters,
        title=clusters_title,
        look_for=clusters_look_for,
        variant="other classes, training or test part",
        help="""\
The last hidden layer's activations of three classes' samples, as in Müller, Kornblith and Hinton 2019, section 3. A \
class's template is the weights into its output; the three templates span a plane, and the samples are projected on \
it. Of two classes there is only the line through two templates, and each class has a band of its own along it. The \
unit is the root mean square distance of the training samples from their middle, so that one sees how tight each \
class is, and not how large the activations are. Spread is the root mean square distance from the own class's centre \
over that of the centres from each other: the smaller, the tighter. Smoothing asks for one distance to each of the \
other classes' templates, and so draws each class together; L2 makes the templates smaller and does not.""",
    ),
    "reliability": PictureKind(
        make=reliability,
        room=reliability_room,
        draw=draw_reliability,
        title=reliability_title,
        look_for=reliability_look_for,
        variant="before or after temperature scaling",
        help="""\
The test samples in 15 bins by confidence, which is the largest class probability. A point stands over a bin's mean \
confidence at the share of its samples that are right; on the diagonal the two agree. The shaded band holds the share \
in 95 % of cases or more if each confidence were right, by the binomial distribution: few samples, wide band. Below \
are the bins' samples. Open circles are the other one of before and after temperature scaling: logits are divided by \
one number T, which a fifth of the test samples gets from the other four. T above 1: the network was too sure. ECE is \
the mean distance from the diagonal, weighted by samples; "if calibrated" is what it would be on these samples by \
chance alone.""",
    ),
    "weights": PictureKind(
        make=weight_histograms,
        room=weights_room,
        draw=draw_weights,
        title=weights_title,
        look_for=weights_look_for,
        variant="other layers",
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
        variant="the sample or the batch’s mean",
        help="""\
The delta table's t′ − o of every output, over the whole path: of the selected sample (Tab: another one), or of the \
mean over the batch that each step takes. It is computed anew from up to 200 steps of the run that are kept, and from \
the present one. The scale is one of square roots, so that what is near 0 is seen. With hard targets the line of the \
sample's class comes down to 0 and never reaches it, which is why its weights grow for ever. With smoothing it \
crosses 0: the output is above its target, and the same rule makes the weights smaller.""",
    ),
}
"""By the name of the view."""
