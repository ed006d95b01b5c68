"""The report of `lsexplorer patterns` as a document, for Markdown and for a page of HTML."""

from lsexplorer.render.pattern_texts import codes_text, rule_text
from lsexplorer.reports.document import Block, Heading, Paragraph, Table, data_notes
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


def _table(columns: Columns) -> Table:
    headings, cells = zip(*columns, strict=True)
    return Table(headings, list(zip(*cells, strict=True)))
