"""Many letters in one document for the printer program, and one PDF for each again.

Starting wkhtmltopdf takes longer than printing dozens of pages. A plain wkhtmltopdf takes one
document, so letters are joined to one page of HTML, each in a block that begins on a new sheet. In
its corner is a mark of a few dots, hardly a shade from white; its colour is the letter's number.
The marks tell on which page each letter begins, and at which scale it was printed.
"""

import io
import re

from odoo.tools.pdf import PdfFileReader, PdfFileWriter

# As many as there are colours of marks; no more text than Odoo hands to wkhtmltopdf as it is.
MOST_LETTERS = 100
MOST_CHARACTERS = 3_500_000

PAGE = re.compile(
    r"\s*<!DOCTYPE html>\s*<html(?: lang=\"(?P<lang>[\w-]*)\")?>\s*<head>(?P<head>.*?)</head>\s*"
    r"<body(?P<body>[^>]*)>(?P<content>.*)</body>\s*</html>\s*",
    re.DOTALL | re.IGNORECASE,
)
TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
# What a head may have when its letter is joined with others: a style would be one for all.
PLAIN_HEAD = re.compile(r"\s*<meta charset=\"utf-8\"\s*/?>\s*", re.IGNORECASE)

JOINED = (
    '<!DOCTYPE html><html><head><meta charset="utf-8"></head>'
    '<body style="margin: 0">{sheets}</body></html>'
)
SHEET = (
    '<div lang="{lang}" style="position: relative; page-break-before: {break_before}">'
    '<div style="position: absolute; top: 0; left: 0; width: 3px; height: 2px; '
    'background-color: rgb({mark})"></div><div{body}>{content}</div></div>'
)
# A colour as Qt sets it, and the scale of what it is used for.
COLOUR = re.compile(
    rb"([01](?:\.\d+)?) ([01](?:\.\d+)?) ([01](?:\.\d+)?) scn\b(?:\s+/GSa gs\s+q\s+(\S+))?"
)


def pile(pages):
    """Return which pages can be joined: lists of their numbers, each for one document, in order.

    A page that is not built as our letters are, or with a style of its own, is alone.
    """
    piles, length = [], 0
    for number, page in enumerate(pages):
        plain = _is_plain(page)
        length += len(page)
        if (
            piles
            and plain
            and len(piles[-1]) < MOST_LETTERS
            and length <= MOST_CHARACTERS
            and _is_plain(pages[piles[-1][-1]])
        ):
            piles[-1].append(number)
        else:
            piles.append([number])
            length = len(page)
    return piles


def join(pages):
    """Return one page of HTML in which each of these begins on a new sheet, with its mark."""
    sheets = []
    for number, page in enumerate(pages):
        found = PAGE.fullmatch(page)
        sheets.append(
            SHEET.format(
                lang=found["lang"] or "",
                break_before="always" if number else "auto",
                mark=", ".join(map(str, _colour(number))),
                body=found["body"],
                content=found["content"],
            )
        )
    return JOINED.format(sheets="".join(sheets))


def find_marks(reader):
    """Return the marks in a PDF in their order: list of (page, letter, scale)."""
    return [
        (page, letter, scale)
        for page in range(reader.getNumPages())
        for letter, scale in _marks_of(reader.getPage(page))
    ]


def divide(content, count, scale):
    """Return a PDF for each letter of a joined document.

    :param content: the PDF
    :param count: how many letters were joined
    :param scale: the scale of a letter that fits the paper, see ``get_scale``
    :return: list of bytes; None when it cannot be told where each letter begins, or when one that
        is too wide has made all of them smaller
    """
    reader = PdfFileReader(io.BytesIO(content), strict=False)
    marks = find_marks(reader)
    starts = [page for page, _letter, _scale in marks]
    if (
        [letter for _page, letter, _scale in marks] != list(range(count))
        or starts != sorted(set(starts))
        or starts[0] != 0
        or any(found != scale for _page, _letter, found in marks)
    ):
        return None
    ends = [*starts[1:], reader.getNumPages()]
    return [_take(reader, range(*limits)) for limits in zip(starts, ends, strict=True)]


def get_scale(content):
    """Return the scale at which a PDF with one mark was printed, as it is written there.

    None when the mark or its scale cannot be found.
    """
    marks = find_marks(PdfFileReader(io.BytesIO(content), strict=False))
    return (marks[0][2] or None) if marks else None


def _is_plain(page):
    found = PAGE.fullmatch(page)
    return bool(found and PLAIN_HEAD.fullmatch(TITLE.sub("", found["head"])))


def _colour(number):
    """Return the colour of a mark: nearly white, and no grey, which a letter may have itself."""
    return 254, 254 - number // 12, 253 - number % 12


def _marks_of(page):
    contents = page["/Contents"].getObject()
    streams = contents if isinstance(contents, list) else [contents]
    for stream in streams:
        for *colour, scale in COLOUR.findall(stream.getObject().getData()):
            red, green, blue = (round(float(part) * 255) for part in colour)
            number = (254 - green) * 12 + 253 - blue
            if 0 <= number < MOST_LETTERS and (red, green, blue) == _colour(number):
                yield number, scale


def _take(reader, numbers):
    writer = PdfFileWriter()
    for number in numbers:
        writer.addPage(reader.getPage(number))
    if made := (reader.getDocumentInfo() or {}).get("/CreationDate"):
        writer.addMetadata({"/CreationDate": str(made)})
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()
