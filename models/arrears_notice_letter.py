"""The letter of a notice: made as a PDF, kept, waiting to be printed and posted."""

import io

from reportlab.pdfgen import canvas

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.pdf import PdfFileReader, PdfFileWriter, PdfReadError

from .arrears_notice_evidence import sha256

# The letter leaves its upper 12 mm white; the band stays within them.
BAND_POINTS = 18
BAND_COLOUR = (0.70, 0.15, 0.12)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _make_letter(self):
        """Make the letter's file and keep it with its hash."""
        self.ensure_one()
        [content] = self._print_pages([self._render_page()])
        is_pdf = content.startswith(b"%PDF")
        if is_pdf and self.test_mode:
            content = self._stamp(content, self._in_language().env._("TEST"))
        self.attachment_id = self.env["ir.attachment"].create(
            self._prepare_file_vals(content, "pdf" if is_pdf else "html")
        )
        self.file_hash = sha256(content)

    def _render_page(self):
        """Return the letter as one complete page of HTML, in the customer's language."""
        return str(self._render_letter())

    @api.model
    def _print_pages(self, pages):
        """Turn pages of HTML into files, in their order; where many could be made at once.

        Without wkhtmltopdf on the machine a letter stays a page that a browser prints.

        :return: list of bytes, a PDF each, or else the page itself
        """
        reports = self.env["ir.actions.report"]
        if reports.get_wkhtmltopdf_state() == "install":
            return [page.encode() for page in pages]
        return [
            reports._run_wkhtmltopdf([page], report_ref="premium_arrears.action_report_notice")
            for page in pages
        ]

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
        """
        letters = self.filtered(lambda notice: notice._is_to_post())
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
