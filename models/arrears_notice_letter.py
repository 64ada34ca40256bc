"""The letter of a notice: made as a PDF, kept, waiting to be printed and posted."""

import io

from reportlab.pdfgen import canvas

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date
from odoo.tools.pdf import PdfFileReader, PdfFileWriter, PdfReadError

from .arrears_notice_evidence import sha256

# The letter leaves its upper 12 mm white; the band stays within them.
BAND_POINTS = 18
BAND_COLOUR = (0.70, 0.15, 0.12)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _make_letter(self):
        """Make the file of this letter and keep it."""
        self.ensure_one()
        self._keep_letters({self: self._render_page()})

    def _keep_letters(self, pages):
        """Make the files of these letters, all at once, and keep each with its hash.

        :param pages: dict from each letter to its page, see ``_render_page``
        """
        contents = self._print_pages([pages[letter] for letter in self])
        contents = [
            letter._mark_test(content) for letter, content in zip(self, contents, strict=True)
        ]
        files = self.env["ir.attachment"].create(
            [
                letter._prepare_file_vals(content, "pdf" if _is_pdf(content) else "html")
                for letter, content in zip(self, contents, strict=True)
            ]
        )
        for letter, file, content in zip(self, files, contents, strict=True):
            letter.write({"attachment_id": file.id, "file_hash": sha256(content)})

    def _render_page(self, values=None):
        """Return the letter as one complete page of HTML, in the customer's language.

        :param values: those of ``_get_text_values``, when they are known
        """
        return str(self._render_letter(values))

    def _mark_test(self, content):
        """Return the file of a letter; in test mode each of its pages says so."""
        self.ensure_one()
        if not self.test_mode or not _is_pdf(content):
            return content
        return self._stamp(content, self._in_language().env._("TEST"))

    @api.model
    def _stamp(self, content, word):
        """Return a PDF with a word in a band along the top of each page.

        Odoo's own ``add_banner`` cannot be used: pypdf 7 refuses how it changes a page.
        """
        reader = PdfFileReader(io.BytesIO(content), strict=False)
        writer = PdfFileWriter()
        for number in range(reader.getNumPages()):
            writer.addPage(reader.getPage(number))
            page = writer.getPage(number)
            size = float(page.mediaBox.getWidth()), float(page.mediaBox.getHeight())
            page.mergePage(PdfFileReader(_make_band(size, word)).getPage(0))
        stamped = io.BytesIO()
        writer.write(stamped)
        return stamped.getvalue()

    def _prepare_file_vals(self, content, suffix):
        """Return the attachment that keeps what was sent: the letter's file, or the mail's text."""
        self.ensure_one()
        return {
            "name": f"{self.name.replace('/', '-')}.{suffix}",
            "raw": content,
            "res_model": self._name,
            "res_id": self.id,
            "company_id": self.company_id.id,
        }

    # === PRINT AND POST === #

    def _is_to_post(self):
        self.ensure_one()
        return (
            self.channel == "post"
            and self.state == "queued"
            and not self.test_mode
            and bool(self.attachment_id)
        )

    def _why_not_printable(self):
        """Return in words why this letter cannot be joined with others, or an empty text."""
        self.ensure_one()
        if self.attachment_id.mimetype != "application/pdf":
            return self.env._("it is no PDF; print it from its own page")
        if problems := self._verify()[self]:
            return ", ".join(problems)
        try:
            PdfFileReader(io.BytesIO(self.attachment_id.raw), strict=False).getNumPages()
        except (PdfReadError, ValueError, OSError) as error:
            return self.env._("its file cannot be read: %s", error)
        return ""

    def _post_letters(self, day):
        """Record that these letters were printed and handed to the post on ``day``.

        Letters that wait in no print batch get one here, so that what was printed is kept.

        :param day: business day
        :raise UserError: when a letter was not made yet on that day
        """
        letters = self.filtered(lambda notice: notice._is_to_post())
        for letter in letters.filtered(lambda letter: letter.date > day)[:1]:
            raise UserError(
                self.env._(
                    "Letter %(letter)s is of %(date)s: it was not posted before that day.",
                    letter=letter.name,
                    date=format_date(self.env, letter.date),
                )
            )
        letters.company_id._check_arrears_letters_may_leave()
        # What is in a batch is on paper already; the others can still be kept back.
        printed = letters.filtered("print_batch_id")
        letters = printed | (letters - printed)._withdraw_outdated(day)
        batches = self.env["arrears.print.batch"]
        for run, loose in (
            letters.filtered(lambda n: not n.print_batch_id).grouped("run_id").items()
        ):
            if any(letter.attachment_id.mimetype == "application/pdf" for letter in loose):
                batches._make(loose, day, run)
        by_hand = letters.filtered(
            lambda letter: (
                not letter.print_batch_id and letter.attachment_id.mimetype != "application/pdf"
            )
        )
        by_hand._mark_sent(day)
        letters.print_batch_id._confirm_posted(day)

    def action_print_letters(self):
        """Join the chosen letters that wait to be posted into a new print batch, and show it."""
        self.env["arrears.run"].check_access("create")
        letters = self.filtered(lambda notice: notice._is_to_post() and not notice.print_batch_id)
        if not letters:
            raise UserError(self.env._("None of these is a letter that still waits to be printed."))
        # Batches are written by the service only, after the check above.
        batch = (
            self.env["arrears.print.batch"]
            .sudo()
            ._make(letters.sudo(), fields.Date.context_today(self))
        )
        return batch.with_env(self.env)._get_records_action()


def _is_pdf(content):
    return content.startswith(b"%PDF")


def _make_band(size, word):
    """Return a page of this size, empty but for a word in a band along its top, as a stream."""
    width, height = size
    stream = io.BytesIO()
    page = canvas.Canvas(stream, pagesize=size)
    page.setFillColorRGB(*BAND_COLOUR)
    page.rect(0, height - BAND_POINTS, width, BAND_POINTS, stroke=0, fill=1)
    page.setFillColorRGB(1, 1, 1)
    page.setFont("Helvetica-Bold", BAND_POINTS * 0.6)
    page.drawCentredString(width / 2, height - BAND_POINTS * 0.75, word)
    page.save()
    stream.seek(0)
    return stream
