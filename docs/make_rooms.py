"""The picture of the rooms, drawn from the imports that the code really has and the layers that import-linter holds.

python docs/make_rooms.py > rooms.svg
"""

import importlib
import inspect
import tomllib
from collections import Counter
from html import escape
from pathlib import Path
from pkgutil import iter_modules

import grimp

PACKAGE = "lsexplorer"
WIDTH, MARGIN = 800, 10
"""The picture's width, and the space above the boxes and left of them, in pixels."""
BOX, HEIGHT, GAP = 470, 58, 18
"""A box's width and height, and the space between two boxes, in pixels."""
MAX_NAMES = 72
"""How many characters of its modules' names a box shows."""


def layers() -> list[list[str]]:
    """The rooms from the top down; those in one list do not import each other."""
    pyproject = Path(__file__).parent.parent / "pyproject.toml"
    contracts = tomllib.loads(pyproject.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    order = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return [[name.strip().rpartition(".")[2] for name in layer.split("|")] for layer in order]


def arrows() -> Counter[tuple[str, str]]:
    """How many imports lead from one room to another."""
    graph = grimp.build_graph(PACKAGE)
    pairs: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            importer, target = (name.split(".")[1:2] for name in (module, imported))
            if importer and target and importer != target:
                pairs[importer[0], target[0]] += 1
    return pairs


def inside(room: str) -> list[str]:
    """The names of what is in a room: its folders where it has any, else its modules."""
    package = importlib.import_module(f"{PACKAGE}.{room}")
    entries = list(iter_modules(getattr(package, "__path__", [])))
    folders = [f"{entry.name}/" for entry in entries if entry.ispkg]
    return folders + [entry.name for entry in entries if not entry.ispkg]


def purpose(room: str) -> str:
    """The first line of a room's docstring."""
    return (inspect.getdoc(importlib.import_module(f"{PACKAGE}.{room}")) or "").split("\n")[0]


def rooms_table() -> str:
    """The rooms as a Markdown table: what each is for, what is in it, and what it imports."""
    pairs = arrows()
    order = [room for layer in layers() for room in layer]
    rows = ["| room | what it is for | what is in it | imports from |", "| --- | --- | --- | --- |"]
    for room in order:
        imports = [other for other in order if pairs[room, other]]
        cells = f"`{room}`", purpose(room), ", ".join(inside(room)), ", ".join(imports) or "nothing of ours"
        rows.append("| " + " | ".join(cells) + " |")
    return "\n".join(rows)


def rooms_svg() -> str:
    """The rooms as boxes from the top down, and an arc for all imports from one to another; every arc leads down.

    `errors` and `notebook` are left out: every room may import them, and nearly all do.
    """
    order = [room for layer in layers() for room in layer if room not in ("errors", "notebook")]
    top = {room: MARGIN + index * (HEIGHT + GAP) for index, room in enumerate(order)}
    right, foot = MARGIN + BOX, MARGIN + len(order) * (HEIGHT + GAP)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {foot}" width="{WIDTH}" role="img" '
        f'style="max-width: 100%" font-family="system-ui, sans-serif" fill="currentColor">',
        "<title>The rooms of lsexplorer and the imports between them</title>",
        '<marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0 L8 4 L0 8 z" fill="currentColor"/></marker>',
    ]
    for room, y in top.items():
        names = ", ".join(inside(room))
        names = names if len(names) <= MAX_NAMES else names[:MAX_NAMES].rpartition(",")[0] + " …"
        lines += [
            f'<rect x="{MARGIN}" y="{y}" width="{BOX}" height="{HEIGHT}" rx="6" fill="none" stroke="currentColor"/>',
            f'<text x="{MARGIN + 12}" y="{y + 24}" font-weight="bold" font-size="15">{room}</text>',
            f'<text x="{MARGIN + 12}" y="{y + 44}" font-size="12" opacity=".75">{escape(names)}</text>',
        ]
    pairs = arrows()
    for index, room in enumerate(order):
        colour = f"hsl({round(360 * index / len(order))} 65% 50%)"
        targets = [other for other in order if pairs[room, other]]
        for place, other in enumerate(targets):
            # Arcs leave from the lower half of a box and arrive at the upper half.
            start = top[room] + HEIGHT * (0.5 + 0.45 * (place + 1) / (len(targets) + 1))
            end = top[other] + HEIGHT * 0.5 * (index + 1) / (len(order) + 1)
            count = f"{pairs[room, other]} import{'s' if pairs[room, other] > 1 else ''}"
            bend = right + 30 + 0.55 * (end - start)
            lines.append(
                f'<path d="M{right} {start:.0f} C{bend:.0f} {start:.0f} {bend:.0f} {end:.0f} {right} {end:.0f}" '
                f'fill="none" stroke="{colour}" stroke-width="{0.8 + pairs[room, other] / 14:.1f}" '
                f'marker-end="url(#head)"><title>{room} → {other}: {count}</title></path>'
            )
    return "\n".join([*lines, "</svg>"])


if __name__ == "__main__":
    print(rooms_svg())
