"""Pictures of the screen that ask no other host for a font."""

import re

FONTS = '"Cascadia Mono", Menlo, "DejaVu Sans Mono", "Fira Code", Consolas, ui-monospace, monospace'
"""Fonts with a fixed width: every system has one, and their bars reach the next line."""
SIZE = 21
"""Of the font in pixels: lines are 24.4 apart, and these fonts' bars are 1.16 to 1.2 as high as the font."""


def standalone(svg: str) -> str:
    """What Textual exports, with fonts of the reader's system in place of one that is fetched.

    Each piece of text has a textLength, so that it is as wide as its cells in any font.
    """
    svg = re.sub(r"@font-face\s*{.*?}\s*|\s*<!--.*?-->", "", svg, flags=re.DOTALL)
    svg = svg.replace("font-family: Fira Code, monospace;", f"font-family: {FONTS};", 1)
    svg = svg.replace("font-size: 20px;", f"font-size: {SIZE}px;", 1)
    return svg.replace("font-family: arial;", "font-family: system-ui, sans-serif;", 1)
