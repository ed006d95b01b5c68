"""Reports as pages: whole, without a script or a request, with the numbers of the Markdown, and safe with any name."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lsexplorer.data import Dataset
from lsexplorer.render.charts import FOREGROUND, Line, LineChart, Mark
from lsexplorer.render.svg_charts import IntervalRow, difference_chart, grid_chart, interval_chart, line_chart
from lsexplorer.reports.claims import document
from lsexplorer.reports.document import Chart, Heading, Items, Paragraph, Table, as_html, as_markdown
from lsexplorer.study.claims.result import Claim, Evidence, Number, Outcome, Result
from lsexplorer.study.stats import Interval
from tests.support.command import refused, run

VOID = {"meta", "path", "rect", "circle"}
QUICK = ("--cores", "0")
COMMANDS = {
    "judge": ("judge", "RUNS"),
    "match": ("match", "iris", "--epochs", "1", "--seeds", "3", "--splits", "1", *QUICK),
    "several": (
        "match",
        "iris",
        "--remedy",
        "l2,temperature",
        "--epochs",
        "1",
        "--seeds",
        "3",
        "--splits",
        "1",
        *QUICK,
    ),
    "best": (
        *("best", "moons", "--remedy", "l2", "--epochs", "3", "--choose-by", "accuracy", "--tolerance", "0"),
        *("--seeds", "2", "--splits", "1", *QUICK),
    ),
    "claims": ("claims", "iris", "--only", "1,2", "--epochs", "2", "--seeds", "3", "--splits", "1", *QUICK),
    "sweep": ("sweep", "iris", "--vary", "l2=0,0.01", "--seeds", "2", "--epochs", "1", *QUICK),
    "patterns": ("patterns", "iris", "--epochs", "1"),
}


class Page(HTMLParser):
    """Takes a page apart, and finds what is not closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.cells: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == [], self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in VOID:
            self.open.append(tag)
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name not in ("src", "href"), value

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("td", "th"):
            self.cells.append(data)


def checked(text: str) -> Page:
    assert text.startswith("<!doctype html>\n")
    for word in ("http:", "https:", "//", "<script", "url(", "@import", "javascript"):
        assert word not in text.replace("<!doctype", ""), word
    return Page(text)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_study_has_a_page_with_the_numbers_of_its_markdown(tmp_path: Path, name: str) -> None:
    page, markdown = tmp_path / "report.html", tmp_path / "report.md"
    given = [answers_in(tmp_path / "runs") if word == "RUNS" else word for word in COMMANDS[name]]
    status, out, err = run(*given, "--html", page, "--markdown", markdown)
    assert (status, out != "") == (0, True), err
    parsed, text = checked(page.read_text()), markdown.read_text()
    cells = {cell.strip().replace("\\|", "|").replace("\\[", "[").replace("&lt;", "<") for cell in table_cells(text)}
    assert cells - {""} == {cell.strip() for cell in parsed.cells} - {""}
    assert ("svg" in parsed.tags) == (name != "claims")
    assert "Made by" in page.read_text()


def answers_in(folder: Path) -> Path:
    """A folder of answers for `judge`: three seeds of three methods, L2 at two strengths."""
    rng = np.random.default_rng(0)
    y = rng.integers(0, 3, 40)
    for method, size in {"plain": 3.0, "label_smoothing=0.1": 2.0, "l2=0.003": 2.5, "l2=0.01": 1.9}.items():
        (folder / method).mkdir(parents=True)
        for seed in range(3):
            logits = size * np.eye(3)[y] + rng.normal(0, 0.5, (40, 3))
            np.savez(folder / method / f"seed-{seed}.npz", y=y, logits=logits, weight_norm=size)
    return folder


def table_cells(markdown: str) -> Iterator[str]:
    for line in markdown.splitlines():
        if line.startswith("|") and not re.fullmatch(r"[| -]+", line):
            yield from re.split(r"(?<!\\)\|", line.strip()[1:-1])


def test_a_page_is_not_written_over(tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("old")
    refused(run(*COMMANDS["patterns"], "--html", page), f"{page} exists: give another name, or --force to replace it")
    refused(run("patterns", "iris", "--train", "--html", page), "--html goes without --train")
    assert page.read_text() == "old"


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.text(st.characters(exclude_categories=["Cs"])))
def test_names_are_text_whatever_they_are(name: str, other: str) -> None:
    table = Table(("", name), [(other, name)])
    blocks = [Heading(name), Paragraph(other, name), Items([name, other]), table]
    page = Page(as_html(blocks))
    assert set(page.tags) <= {"html", "head", "meta", "title", "style", "body", "h1", "p", "strong", "ul", "li", "div",
                              "table", "thead", "tbody", "tr", "th", "td", "footer", "code", "span"}  # fmt: skip


def test_markdown_has_no_charts() -> None:
    assert (
        as_markdown([Heading("A"), Chart("<svg/>", "c"), Paragraph("b < [x]", "S: ")]) == "# A\n\n**S: **b &lt; \\[x]\n"
    )


def test_a_line_stands_where_its_values_are() -> None:
    x, y = np.array([1.0, 10.0, 100.0]), np.array([0.0, np.nan, 2.0])
    chart = LineChart(
        [Line("a<b", x, y, 39), Line("", x, np.ones(3), FOREGROUND, dashed=True)], [Mark(10.0, "w")], log_x=True
    )
    svg = line_chart(chart, "title & all")
    Page(svg)
    assert "a&lt;b" in svg
    assert "title &amp; all" in svg
    assert re.search(r'd="M64\.0 288\.0M704\.0 42\.0"', svg), "a gap where y is unknown"
    assert re.search(r'd="M64\.0 165\.0L384\.0 165\.0L704\.0 165\.0" stroke="currentColor"[^>]*dasharray', svg)
    assert '<path d="M384.0 42V288" ' in svg, "the mark is in the middle of the logarithmic axis"


def test_marks_near_one_another_have_their_letters_beside_one_another() -> None:
    x = np.array([1.0, 1000.0])
    chart = LineChart([Line("", x, x, 39)], [Mark(10.1, "g"), Mark(10.0, "n"), Mark(10.05, "c")], log_x=True)
    letters = re.findall(r'<text x="([\d.]+)"[^>]*>([gnc])<', line_chart(chart, "marks"))
    assert [letter for _, letter in letters] == ["n", "c", "g"]
    places = [float(place) for place, _ in letters]
    assert all(after - before >= 10 for before, after in pairwise(places))


def test_intervals_stand_beside_their_margin() -> None:
    rows = [
        IntervalRow("near", Interval(0.5, 0.0, 1.0), "#0072b2", "equivalent"),
        IntervalRow("far", Interval(50.0, 40.0, 60.0), "#d55e00", "differs"),
    ]
    svg = interval_chart(rows, "both")
    Page(svg)
    ((box_x, box_width),) = re.findall(r'<rect x="([\d.]+)" y="24" width="([\d.]+)"', svg)
    start, end = re.findall(r'<path d="M([\d.]+) 37\.0H([\d.]+)" stroke="#0072b2"', svg)[0]
    assert float(start) == pytest.approx(float(box_x) + float(box_width) / 2, abs=0.2), "from 0"
    assert float(end) == pytest.approx(float(box_x) + float(box_width), abs=0.2), "to the margin"
    assert svg.count("<circle") == 1, "a mean outside is not drawn at the edge"
    assert svg.count("9 6l") >= 1, "an arrow says that it goes on"


def test_differences_stand_in_their_own_units() -> None:
    rows = [IntervalRow(name, Interval(*ends), "#0072b2", "") for name, ends in (("a", (3, 2, 4)), ("b", (-1, -2, 0)))]
    svg = difference_chart(rows, "two")
    Page(svg)
    places = [float(x) for x in re.findall(r'<circle cx="([\d.]+)"', svg)]
    zero = float(re.findall(r'x="([\d.]+)"[^>]*>0<', svg)[0])
    assert ">+4<" in svg, "the last round number up to the largest end"
    assert (places[0] - zero) / (places[1] - zero) == pytest.approx(-3, rel=0.01)


def test_squares_are_as_dark_as_their_shares() -> None:
    svg = grid_chart(["a<b", "c" * 200], [f"h{j}" for j in range(60)], np.linspace(0, 1, 120).reshape(2, 60), "all")
    Page(svg)
    squares = re.findall(r'<rect x="([\d.]+)" y="([\d.]+)" width="([\d.]+)" height="\3" fill-opacity="([\d.]+)"', svg)
    assert [square[3] for square in squares] == [f"{share:.2f}" for share in np.linspace(0, 1, 120)]
    assert float(squares[59][0]) + float(squares[59][2]) == pytest.approx(720, abs=0.2)
    assert ("a&lt;b" in svg, ">h0<" in svg, ">h1<" in svg) == (True, True, False)


def test_an_interval_that_is_not_known_is_not_drawn() -> None:
    svg = interval_chart([IntervalRow("one split", Interval(*[np.nan] * 3), "#0072b2", "undecided")], "none")
    assert ("one split" in svg, "nan" in svg) == (True, False)


def test_differences_of_a_claim_in_one_unit_have_a_chart(iris: Dataset) -> None:
    numbers = tuple(Number(name, 1.0, 0.5, 1.5, signed=True, unit="%") for name in ("a", "b"))
    other = Number("c", 1.0, 0.5, 1.5, signed=True)
    for measured, charts in ((numbers, 1), (numbers[:1], 0), ((*numbers, other), 0)):
        evidence = Evidence("here", "open here", "said", "iris", numbers=measured)
        result = Result(Claim(1, "s", "c", "r"), Outcome("open here", "said", (evidence,)), "", 0.1)
        blocks = document(iris, [result], complete=True)
        assert sum(isinstance(block, Chart) for block in blocks) == charts
