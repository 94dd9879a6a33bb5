"""The sheet as a Word document, by python-docx: styles and headings, so that it can be edited further."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from coach.errors import ExportError
from coach.export.blocks import Block, Card, Chart, Facts, Heading, Line, Para, Said, Sheet, Source, Table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_INK, _SOFT, _EDGE = "1C2430", "566072", "D9DEE6"
_COLOURS = {
    "good": "23689F",
    "work_on": "B04D1B",
    "next": "5B4A9E",
    "clean": "23689F",
    "not-clean": "B04D1B",
    "drift": "B04D1B",
}
_LOCALES = {"en": "en-GB", "fr": "fr-FR"}


def render(sheet: Sheet) -> bytes:
    """The sheet as the bytes of a .docx file.

    Raises:
        ExportError: when python-docx refuses something.
    """
    try:
        return _Writer(sheet).write()
    except (ValueError, KeyError, OSError) as error:
        raise ExportError("export-failed", format="docx") from error


class _Writer:
    def __init__(self, sheet: Sheet) -> None:
        import docx

        self.sheet = sheet
        self.page: Document = docx.Document()
        self._styles()

    def write(self) -> bytes:
        core = self.page.core_properties
        core.title, core.subject, core.author, core.comments = self.sheet.title[:250], self.sheet.subtitle, "", ""
        self.run(self.page.add_paragraph(), self.sheet.subtitle, size=9, colour=_COLOURS["good"], bold=True)
        self.page.add_heading(self.sheet.title, 1)
        for block in self.sheet.blocks:
            self.block(block)
        self.run(self.page.add_paragraph(), self.sheet.footer, size=8.5, colour=_SOFT)
        out = BytesIO()
        self.page.save(out)
        return out.getvalue()

    def _styles(self) -> None:
        from docx.oxml.ns import qn
        from docx.shared import Cm, Pt, RGBColor

        sizes = {"Normal": 10.5, "Heading 1": 22, "Heading 2": 15, "Heading 3": 12}
        for name, size in sizes.items():
            style = self.page.styles[name]
            style.font.size, style.font.name = Pt(size), "Calibri"
            style.font.color.rgb = RGBColor.from_string(_INK)
            fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
            for key in [k for k in fonts.attrib if "heme" in k]:
                del fonts.attrib[key]  # the theme's font would win over ours
            fonts.set(qn("w:hAnsi"), "Calibri")
        normal = self.page.styles["Normal"]
        normal.paragraph_format.space_after = Pt(6)
        lang = normal.element.get_or_add_rPr().makeelement(qn("w:lang"), {qn("w:val"): _LOCALES[self.sheet.lang]})
        normal.element.get_or_add_rPr().append(lang)
        section = self.page.sections[0]
        section.page_width, section.page_height = Cm(21), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.4)

    def run(
        self, paragraph: Paragraph, text: str, *, size: float | None = None, colour: str = "", bold: bool = False
    ) -> None:
        """Add words to a paragraph; line breaks stay line breaks."""
        from docx.shared import Pt, RGBColor

        run = paragraph.add_run(text)
        run.bold = bold or None
        if size:
            run.font.size = Pt(size)
        if colour:
            run.font.color.rgb = RGBColor.from_string(colour)

    def block(self, block: Block) -> None:
        """Draw one block."""
        match block:
            case Heading():
                self.page.add_heading(block.text, block.level)
            case Para():
                size = {"lead": 13.0, "note": 9.0}.get(block.tone)
                colour = _SOFT if block.tone == "note" else ""
                self.run(self.page.add_paragraph(), block.text, size=size, colour=colour, bold=block.tone == "lead")
            case Facts():
                for label, value in block.rows:
                    self.labelled(label, value)
            case Said():
                self.speech(block.name, f" · {block.remark}" if block.remark else "", block.text, _EDGE)
            case Source():
                self.labelled(block.title, block.excerpt)
                self.run(self.page.add_paragraph(), "; ".join(block.sources), size=9, colour=_SOFT)
            case Card() | Table() | Line() | Chart():
                self.framed(block)

    def framed(self, block: Card | Table | Line | Chart) -> None:
        """Draw a block that has parts; charts are left out, the tables carry the same figures."""
        match block:
            case Card():
                self.card(block)
            case Table():
                self.table(block)
            case Line():
                self.line(block)

    def labelled(self, label: str, value: str) -> None:
        """A label and its value on one line."""
        paragraph = self.page.add_paragraph()
        paragraph.paragraph_format.space_after = 0
        if label:
            self.run(paragraph, label + self.sheet.colon, colour=_SOFT, bold=True)
        self.run(paragraph, value)

    def ruled(self, colour: str) -> Paragraph:
        """An indented paragraph with a coloured rule at its left."""
        from docx.oxml import parse_xml
        from docx.oxml.ns import nsdecls
        from docx.shared import Cm, Pt

        paragraph = self.page.add_paragraph()
        paragraph.paragraph_format.left_indent = Cm(0.5)
        paragraph.paragraph_format.space_after = Pt(2)
        rule = f'<w:left w:val="single" w:sz="18" w:space="8" w:color="{colour}"/>'
        paragraph._p.get_or_add_pPr().append(parse_xml(f"<w:pBdr {nsdecls('w')}>{rule}</w:pBdr>"))
        return paragraph

    def speech(self, name: str, rest: str, text: str, colour: str) -> None:
        """A speaker and their words."""
        head = self.ruled(colour)
        head.paragraph_format.keep_with_next = True
        self.run(head, name, bold=True, size=9.5)
        self.run(head, rest, size=9.5, colour=_SOFT)
        self.run(self.ruled(colour), text)

    def card(self, card: Card) -> None:
        """A moment."""
        colour = _COLOURS[card.tone]
        label = self.ruled(colour)
        label.paragraph_format.keep_with_next = True
        self.run(label, card.label, bold=True, colour=colour)
        if card.quote:
            quote = self.ruled(colour)
            self.run(quote, card.quote.join(self.sheet.quotes), size=11.5)
            self.run(self.ruled(colour), card.by, size=9.5, colour=_SOFT)
        self.run(self.ruled(colour), card.text)
        self.extra(card.extra, colour)
        self.page.add_paragraph().paragraph_format.space_after = 0

    def extra(self, rows: tuple[tuple[str, str], ...], colour: str) -> None:
        """What follows a moment or a verdict."""
        for label, text in rows:
            paragraph = self.ruled(colour)
            if label:
                self.run(paragraph, label + self.sheet.colon, size=9.5, colour=_SOFT)
            self.run(paragraph, text, size=9.5)

    def line(self, line: Line) -> None:
        """An utterance and what was made of it."""
        role = f" · {line.role}" if line.role else ""
        colour = _COLOURS["good"] if line.is_user else _EDGE
        self.speech(line.name, f"{role} · {line.at}", line.text, colour)
        if line.label:
            self.run(self.ruled(colour), line.label, size=9.5, bold=True, colour=_COLOURS[line.mark])
            self.extra(line.extra, colour)
        self.page.add_paragraph().paragraph_format.space_after = 0

    def table(self, table: Table) -> None:
        """Figures with their heading."""
        if not table.rows:
            return
        self.page.add_heading(table.title, 3)
        grid = self.page.add_table(rows=1, cols=len(table.head))
        grid.style = "Light List Accent 1"
        for cell, words in zip(grid.rows[0].cells, table.head, strict=True):
            cell.text = words
        for row in table.rows:
            for cell, words in zip(grid.add_row().cells, row, strict=True):
                cell.text = words
