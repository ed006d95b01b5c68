"""Any table in any dress: titles, a header, units, comments, quotes, a mark, a header that comes again."""

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.support.text_tables import load, noted, same

KINDS = ("elm", "ash", "wild pear", "C#", "C #", "é")
numbers = st.integers(-99999, 99999).map(lambda value: f"{value / 100:.2f}")
rows = st.lists(st.tuples(numbers, numbers, st.sampled_from(KINDS)), min_size=3, max_size=12)
dresses = st.fixed_dictionaries(
    {
        "titles": st.integers(0, 3),
        "padded": st.booleans(),
        "header": st.sampled_from(["a,b,class", "2019,2020,kind", "0,1,2", "top width,side width,species", ""]),
        "below": st.sampled_from(["", "cm,kg,", "float,float,str", "(mm),(g),-"]),
        "again": st.integers(0, 2),
        "comment": st.sampled_from(["", "# made by hand, on Monday", "#end"]),
        "cell": st.sampled_from(["{}", '"{}"', "'{}'", " {} ", ' "{}" ']),
        "first": st.sampled_from(["", "sep", "names"]),
        "last": st.booleans(),
        "delimiter": st.sampled_from(",;\t|"),
        "encoding": st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
        "end": st.sampled_from(["\n", "\r\n", "\r"]),
    }
)


def dressed(table: list[tuple[str, ...]], dress: dict[str, Any]) -> bytes:
    """The text of a table in a dress; its header, and what describes the columns, come ``again`` after the rows."""
    mark, end = dress["delimiter"], dress["delimiter"] * dress["last"]

    def line(cells: list[str] | tuple[str, ...]) -> str:
        return mark.join(dress["cell"].format(cell) for cell in cells) + end

    header, below = dress["header"].split(","), dress["below"].split(",")
    if dress["first"] == "names":  # as R writes them
        table = [(f"tree {i}", *row) for i, row in enumerate(table)]
    top = [line(header), *([line(below)] if dress["below"] else [])] if dress["header"] else []
    padding = mark * 2 if dress["padded"] else ""
    out = [f"sep={mark}"] if dress["first"] == "sep" else []
    out += [f"The wood in spring {2001 + i}{padding}" for i in range(dress["titles"])]
    out += [*top, *map(line, table), *([dress["comment"]] if dress["comment"] else [])]
    for _ in range(dress["again"]):
        out += [*top, *map(line, table)]
    return (dress["end"].join(out) + dress["end"]).encode(dress["encoding"])


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.generate])
@given(rows, dresses)
def test_the_same_rows_come_back(tmp_path_factory: pytest.TempPathFactory, rows: Any, dress: Any) -> None:
    table = [*rows, ("0.25", "-3.50", "elm"), ("1.75", "2.25", "ash")] * 2
    if dress["first"] == "names" and (dress["again"] or dress["below"] or not dress["header"]):
        dress = {**dress, "first": ""}  # row names do not come again
    target = "4" if dress["first"] == "names" else "3"
    data = load(tmp_path_factory.mktemp("dressed"), dressed(table, dress), target=target)
    assert same(data, table * (1 + dress["again"]))
    if dress["header"]:
        assert data.feature_names == tuple(dress["header"].split(",")[:2])
        assert not dress["again"] or noted(data, "the header and w", "left out")
    assert not dress["titles"] or noted(data, "before the")
    assert not dress["comment"] or noted(data, "is a comment")
