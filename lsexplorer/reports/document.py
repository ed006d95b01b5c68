"""A report as blocks, and these as Markdown or as a page of HTML that stands alone."""

import re
import shlex
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from lsexplorer.data import Dataset, summarize
from lsexplorer.render.rich_tables import Row


@dataclass(frozen=True)
class Heading:
    """A title, or with level 2 that of a part."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """Sentences, of which the first words may be strong."""

    text: str
    strong: str = ""


@dataclass(frozen=True)
class Items:
    """A list."""

    texts: Sequence[str]


@dataclass(frozen=True)
class Table:
    """A table whose first column names the rows."""

    headings: Sequence[str]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Chart:
    """A chart as SVG, on pages alone, with a line that says what it shows."""

    svg: str
    caption: str


Block = Heading | Paragraph | Items | Table | Chart


def notes_block(notes: Sequence[str]) -> list[Items]:
    """Notes as one list, none where there are none."""
    return [Items(notes)] if notes else []


def data_notes(data: Dataset) -> list[Items]:
    """What was understood of a person's own file; nothing for a built-in set."""
    return notes_block(summarize(data).brief())


# Markdown


def as_markdown(blocks: Iterable[Block]) -> str:
    """The report in Markdown. Names in it come from files: they make no HTML, links or pictures."""
    parts = [_in_markdown(block) for block in blocks if not isinstance(block, Chart)]
    text = "\n\n".join(parts) + "\n"
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("[", "\\[")


def _in_markdown(block: Heading | Paragraph | Items | Table) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if isinstance(block, Paragraph):
        return f"**{block.strong}**{block.text}" if block.strong else block.text
    if isinstance(block, Items):
        return "\n".join(f"- {text}" for text in block.texts)
    lines = [tuple(block.headings), ("---",) * len(block.headings), *block.rows]
    return "\n".join("| " + " | ".join(cell.strip().replace("|", "\\|") for cell in line) + " |" for line in lines)


# HTML

_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #1c1c1c; --faint: #666; --line: #d5d5d5; }
@media (prefers-color-scheme: dark) { :root { --ground: #161616; --text: #e8e8e8; --faint: #a0a0a0; --line: #3a3a3a; } }
body { margin: 2rem auto; max-width: 64rem; padding: 0 1rem; background: var(--ground); color: var(--text);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.35rem; line-height: 1.35; } h2 { font-size: 1.1rem; margin-top: 2rem; }
p, li { max-width: 46rem; } footer, figcaption { color: var(--faint); font-size: .875rem; }
.table { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem .6rem; text-align: left; border-bottom: 1px solid var(--line); white-space: nowrap; }
td.text { white-space: normal; min-width: 14rem; }
td.bits { font-family: ui-monospace, monospace; }
footer span { display: inline-block; max-width: 100%; overflow-wrap: anywhere; }
td.number, th.number { text-align: right; } thead th { border-bottom-width: 2px; }
figure { margin: 1.5rem 0; } svg { max-width: 45rem; width: 100%; height: auto; }
@media print { :root { --ground: #fff; --text: #000; --faint: #444; --line: #bbb; } body { margin: 0; max-width: none; }
  body { font-size: 11pt; } tr, figure { break-inside: avoid; } h1, h2, p:has(+ .table) { break-after: avoid; }
  .table { overflow: visible; } table { font-size: .7rem; } }
"""
_LONG = 60
"""A cell with more characters than this is a text, whose lines are broken."""


def as_html(blocks: Iterable[Block]) -> str:
    """The report as one page without a script or a request, light or dark as the reader likes, ready to be printed."""
    blocks = list(blocks)
    title = next(block.text for block in blocks if isinstance(block, Heading))
    lines = [
        "<!doctype html>",
        '<html lang="en">',
        '<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">',
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">",
        f"<title>{escape(title.split(':')[0])}</title><style>{_STYLE}</style></head>",
        "<body>",
        *map(_in_html, blocks),
        f"<footer><p>Made by <code>{_command()}</code></p><p>{escape(_versions())}</p></footer>",
        "</body>",
        "</html>",
    ]
    return "\n".join(lines) + "\n"


def _in_html(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{escape(block.text)}</h{block.level}>"
    if isinstance(block, Paragraph):
        strong = f"<strong>{escape(block.strong)}</strong>" if block.strong else ""
        return f"<p>{strong}{escape(block.text)}</p>"
    if isinstance(block, Items):
        return f"<ul>{''.join(f'<li>{escape(text)}</li>' for text in block.texts)}</ul>"
    if isinstance(block, Table):
        return _table(block)
    return f"<figure>{block.svg}<figcaption>{escape(block.caption)}</figcaption></figure>"


def _table(table: Table) -> str:
    kinds = [_kind([row[column].strip() for row in table.rows]) for column in range(len(table.headings))]
    pairs = zip(table.headings, kinds, strict=True)
    heads = "".join(f'<th scope="col"{kind}>{escape(text)}</th>' for text, kind in pairs)
    rows = []
    for first, *others in table.rows:
        cells = "".join(f"<td{kind}>{escape(cell.strip())}</td>" for cell, kind in zip(others, kinds[1:], strict=True))
        rows.append(f'<tr><th scope="row">{escape(first.strip())}</th>{cells}</tr>')
    return f'<div class="table"><table><thead><tr>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'


def _kind(cells: Sequence[str]) -> str:
    """The class of a column: of numbers, of bits, of long texts, or none."""
    if any(len(cell) > _LONG for cell in cells):
        return ' class="text"'
    filled = [cell for cell in cells if cell]
    if filled and all(re.fullmatch("[01]{2,}", cell) for cell in filled):
        return ' class="bits"'
    is_number = filled and all(re.fullmatch(r"[+−-]?[\d.,e−+-]+%?( [=≠?▲▼])?", cell) for cell in filled)
    return ' class="number"' if is_number else ""


def _command() -> str:
    """What was typed, in pieces that no line break parts, or where this runs otherwise."""
    name, *words = sys.argv
    if "lsexplorer" not in name:
        return "lsexplorer, from Python"
    return " ".join(f"<span>{escape(shlex.quote(word))}</span>" for word in ("lsexplorer", *words))


def _versions() -> str:
    from importlib.metadata import version

    packages = ", ".join(f"{name} {version(name)}" for name in ("lsexplorer", "numpy"))
    return f"{packages}, Python {sys.version.split()[0]}"
