"""The report of `lsexplorer patterns` as a document, for Markdown and for a page of HTML."""

from lsexplorer.render.pattern_texts import codes_text, rule_text
from lsexplorer.render.svg_charts import grid_chart
from lsexplorer.reports.document import Block, Chart, Heading, Paragraph, Table, data_notes
from lsexplorer.reports.patterns import (
    DROPPED,
    MAX_CLASSES,
    Columns,
    alone_columns,
    alone_intro,
    columns_text,
    dropped_columns,
    matrices,
    network_line,
    pattern_columns,
    patterns_title,
    similarity_text,
)
from lsexplorer.run import Trainer
from lsexplorer.study.patterns import PatternStudy

MAX_COLUMNS = 64
"""Neurons for which the picture has squares that can be told apart."""


def document(trainer: Trainer, study: PatternStudy) -> list[Block]:
    """The report as blocks; of more classes than MAX_CLASSES without the matrices."""
    names = study.data.class_names
    squares: list[Block] = []
    for title, cells in matrices(study) if len(names) <= MAX_CLASSES else ():
        rows = [(name, *row) for name, row in zip(names, cells, strict=True)]
        squares += [Paragraph("", f"{title[0].upper()}{title[1:]}"), Table(("class", *names), rows)]
    return [
        Heading(f"{patterns_title(study)}: {network_line(trainer, study)}"),
        *data_notes(trainer.data),
        Paragraph(rule_text(study.patterns)),
        Paragraph(columns_text(study)),
        _table(pattern_columns(study)),
        *_pictures(study),
        Paragraph(codes_text(study.patterns)),
        Heading("One neuron alone", 2),
        Paragraph(alone_intro(study)),
        _table(alone_columns(study)),
        Heading("Without one neuron", 2),
        Paragraph(DROPPED),
        _table(dropped_columns(study)),
        Heading("Similar patterns, and confused classes", 2),
        *squares,
        Paragraph(similarity_text(study)),
    ]


def _pictures(study: PatternStudy) -> list[Chart]:
    """In how many of each class's samples each neuron is active, where all have room."""
    patterns = study.patterns
    if len(patterns.units) > MAX_COLUMNS or len(patterns.class_names) > MAX_CLASSES:
        return []
    caption = (
        "Each class by each neuron: the stronger a square, the more of the class's training samples have it active. "
        f"Above {patterns.threshold:g} the bit is 1."
    )
    return [Chart(grid_chart(patterns.class_names, patterns.units, patterns.frequency, caption), caption)]


def _table(columns: Columns) -> Table:
    headings, cells = zip(*columns, strict=True)
    return Table(headings, list(zip(*cells, strict=True)))
