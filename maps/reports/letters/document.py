"""A Word file as a Chinese office writes it: A4, 仿宋 body, 黑体 heads, tables of facts, lines to sign, pictures."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

BODY, HEAD, LATIN = "仿宋", "黑体", "Times New Roman"
TITLE_PT, HEAD_PT, BODY_PT, SMALL_PT = 22, 16, 14, 11
FIRST_COLUMN, SECOND_COLUMN = Cm(4.2), Cm(11.8)


class Paper:
    """One document under way."""

    def __init__(self, *, title: str, author: str, made_at: datetime, language: str) -> None:
        self.file = Document()
        core = self.file.core_properties
        core.title, core.author, core.language = title, author, language
        core.created = core.modified = made_at.replace(tzinfo=None)
        section = self.file.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.top_margin, section.bottom_margin = Cm(3.0), Cm(2.5)
        section.left_margin = section.right_margin = Cm(2.5)
        _font(self.file.styles["Normal"], BODY, BODY_PT)
        for level, size in ((1, HEAD_PT), (2, BODY_PT)):
            style = self.file.styles[f"Heading {level}"]
            _font(style, HEAD, size)
            style.font.color.rgb = None
        heading = self.file.add_paragraph(style="Title")
        heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(heading, title, HEAD, TITLE_PT)

    def head(self, text: str) -> None:
        """A heading."""
        self.file.add_heading(_clean(text), level=1)

    def line(self, text: str, *, small: bool = False, right: bool = False) -> None:
        """A paragraph."""
        paragraph = self.file.add_paragraph()
        if right:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _write(paragraph, text, BODY, SMALL_PT if small else BODY_PT)

    def facts(self, rows: Iterable[tuple[str, str]]) -> None:
        """A table of two columns: what, and how it is; a blank fact is a dash."""
        told = list(rows)
        table = self.file.add_table(rows=0, cols=2, style="Table Grid")
        table.autofit = False
        for name, fact in told:
            cells = table.add_row().cells
            for cell, width, text, font in (
                (cells[0], FIRST_COLUMN, name, HEAD),
                (cells[1], SECOND_COLUMN, fact or "—", BODY),
            ):
                cell.width = width
                _write(cell.paragraphs[0], text, font, SMALL_PT)

    def table(self, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table with a head that stands again on each page."""
        table = self.file.add_table(rows=1, cols=len(heads), style="Table Grid")
        for cell, text in zip(table.rows[0].cells, heads, strict=True):
            _write(cell.paragraphs[0], text, HEAD, SMALL_PT)
        again = table.rows[0]._tr.get_or_add_trPr()
        again.append(again.makeelement(qn("w:tblHeader"), {qn("w:val"): "true"}))
        for row in rows:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                _write(cell.paragraphs[0], text or "—", BODY, SMALL_PT)

    def picture(self, png: bytes, words: str) -> None:
        """A picture as wide as the page, its words beneath (and for who cannot see it)."""
        drawn = self.file.add_picture(BytesIO(png), width=FIRST_COLUMN + SECOND_COLUMN)
        drawn._inline.docPr.set("descr", _clean(words))
        paragraph = self.file.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _write(paragraph, words, BODY, SMALL_PT)

    def content(self) -> bytes:
        """The file."""
        out = BytesIO()
        self.file.save(out)
        return out.getvalue()


def _font(style: Any, name: str, size: int) -> None:
    style.font.name, style.font.size = LATIN, Pt(size)
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), name)


def _write(paragraph: Any, text: str, font: str, size: int) -> None:
    run = paragraph.add_run(_clean(text))
    run.font.name, run.font.size = LATIN, Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)


def _clean(text: str) -> str:
    """What XML can hold: a control character in a citizen's words must not break the paper."""
    return "".join(
        letter for letter in text if letter in "\t\n" or (ord(letter) >= 32 and letter not in "￾￿")
    )
