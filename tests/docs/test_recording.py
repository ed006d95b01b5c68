"""The recording of the program: it shows what its keys lead to, and moves only what changed."""

import json
import re
import sys

import pytest

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

import pyte

from assets.record import COLUMNS, FOLDER, KEYS, ROWS, Run, animated_svg, cast
from tests.support.pages import named_hosts


def test_the_recording_shows_what_its_keys_lead_to() -> None:
    header, *events = map(json.loads, (FOLDER / "recording.cast").read_text(encoding="utf-8").splitlines())
    assert (header["version"], header["width"], header["height"]) == (2, COLUMNS, ROWS)
    screen = pyte.Screen(COLUMNS, ROWS)
    stream = pyte.Stream(screen)
    assert len(events) == len(KEYS) + 1
    for (at, kind, data), (later, _, _), (_, shows, seconds) in zip(events, events[1:], KEYS, strict=False):
        stream.feed(data)
        assert kind == "o"
        assert later - at == pytest.approx(seconds)
        assert shows in "\n".join(screen.display)
    picture = (FOLDER / "recording.svg").read_text(encoding="utf-8")
    assert named_hosts(picture) == set()
    last = re.findall(r'<g class="(?:t\d+)? last">(.*)</g>', picture)
    words = " ".join(" ".join(re.findall(r">([^<]*)</text>", group)) for group in last)
    assert "Hyperparameters" in words


def test_a_recording_has_the_rows_that_changed_alone() -> None:
    a, b = ((Run(0, "a<", "#ffffff", "#121212", False),), (Run(2, "b", "#010203", "#040506", True),))
    recording = [(0.0, [a, b]), (1.0, [a, a]), (3.0, [a, b]), (4.0, [])]
    _, *events = map(json.loads, cast(recording).splitlines())
    assert [event[0] for event in events] == [0.0, 1.0, 3.0, 4.0]
    assert ("a<" in events[1][2], "\x1b[1;1H" in events[1][2]) == (True, False)
    assert "\x1b[2;3H\x1b[0;1;38;2;1;2;3;48;2;4;5;6mb" in events[2][2]
    svg = animated_svg(recording)
    assert "0.00% { visibility: visible; } 25.00% { visibility: hidden; } 75.00% { visibility: visible; }" in svg
    assert svg.count("a&lt;") == 2
