"""What a browser may say."""

import json

import pytest

from lsexplorer.serve.messages import Flood, Focus, Keys, MalformedError, Ping, RunFile, Size, parse_message


@pytest.mark.parametrize(("message", "meant"), [
    (["stdin", "aé\x1b"], Keys("aé\x1b".encode())),
    (["resize", {"width": 100, "height": 40}], Size(100, 40)),
    (["resize", {"width": 100_000, "height": -5}], Size(300, 5)),
    (["resize", {"width": 10**400, "height": 10**9}], Size(300, 120)),
    (["focus"], Focus(True)), (["blur"], Focus(False)), (["ping", "123"], Ping("123")), (["run", "{}"], RunFile("{}")),
])  # fmt: skip
def test_what_the_page_says_is_understood(message: object, meant: object) -> None:
    assert parse_message(json.dumps(message)) == meant


@pytest.mark.parametrize("text", [
    "", "no JSON", "null", "{}", "[]", '["stdin"]', '["stdin", 5]', '["stdin", "a", "b"]', '["quit"]',
    '["stdin", "\\ud800"]',
    '["resize", {"width": true, "height": 5}]', '["resize", {"width": 5.5, "height": 5}]', '["resize", {"width": 5}]',
    '["resize", {"width": 5, "height": 5, "more": 5}]', '["ping", "12a"]', f'["ping", "{"1" * 33}"]',
    f'["stdin", "{"a" * 70_000}"]', '["run", 5]', f'["run", "{"a" * 1_100_000}"]', '["run", "\\ud800"]',
    "[" * 100_000, '["resize", {"width": NaN, "height": 5}]', '["resize", {"width": 1' + "0" * 5000 + ', "height": 5}]',
], ids=lambda text: text[:30])  # fmt: skip
def test_nothing_else_is(text: str) -> None:
    with pytest.raises(MalformedError):
        parse_message(text)


@pytest.mark.parametrize(("columns", "rows", "size"), [
    ("120", "40", Size(120, 40)), ("100000", "100000", Size(300, 120)), ("0", "0", Size(20, 5)),
    (None, None, Size(80, 24)),
    ("-5", "1e9", Size(80, 24)), ("٣", "x", Size(80, 24)), ("9" * 5000, "9", Size(80, 9)),
])  # fmt: skip
def test_sizes_in_an_address(columns: str | None, rows: str | None, size: Size) -> None:
    assert Size.of_texts(columns, rows) == size


def test_a_flood_is_more_than_a_person_types() -> None:
    now = [0.0]
    flood = Flood(lambda: now[0])
    for _ in range(3000):  # a mouse that is moved for half a minute
        now[0] += 0.01
        assert not flood.too_many()
    assert any(flood.too_many() for _ in range(1001))
