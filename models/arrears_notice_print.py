"""Pages become files: many letters at once, each with a file of its own."""

from odoo import api, models, tools
from odoo.exceptions import UserError

from . import letter_pages

REPORT = "premium_arrears.action_report_notice"


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    @api.model
    def _print_pages(self, pages):
        """Turn pages of HTML into files, in their order, many in one call of the printer program.

        Each file is what its page alone would give. Without wkhtmltopdf on the machine a letter
        stays a page that a browser prints.

        :return: list of bytes, a PDF each, or else the page itself
        """
        if self.env["ir.actions.report"].get_wkhtmltopdf_state() == "install":
            return [page.encode() for page in pages]
        return [
            file
            for numbers in letter_pages.pile(pages)
            for file in self._print_together([pages[number] for number in numbers])
        ]

    @api.model
    def _print_together(self, pages):
        """Print pages in one go and divide what comes out; in halves where that cannot be done."""
        if len(pages) == 1 or not self._get_usual_scale():
            return [self._run_printer(page) for page in pages]
        content = self._run_printer(letter_pages.join(pages))
        if files := letter_pages.divide(content, len(pages), self._get_usual_scale()):
            return files
        half = len(pages) // 2
        return self._print_together(pages[:half]) + self._print_together(pages[half:])

    @api.model
    def _run_printer(self, page):
        """Return the PDF of one document.

        :raise UserError: when the program fails or makes no PDF
        """
        reports = self.env["ir.actions.report"].with_context(arrears_letters=True)
        content = reports._run_wkhtmltopdf([page], report_ref=REPORT)
        if not content.startswith(b"%PDF"):
            raise UserError(self.env._("wkhtmltopdf made no PDF of the letter."))
        return content

    @api.model
    def _get_usual_scale(self):
        """Return the scale at which a letter that fits the paper is printed.

        None when the program writes marks in a way that cannot be read here.
        """
        reports = self.env["ir.actions.report"].with_context(arrears_letters=True)
        paper = reports._get_report(REPORT).get_paperformat()
        return self._measure_scale(" ".join(reports._build_wkhtmltopdf_args(paper, False)))

    @tools.ormcache("arguments")
    def _measure_scale(self, arguments):
        """Print an empty letter and return its scale.

        :param arguments: what is handed to the program: other paper, other scale
        """
        empty = '<!DOCTYPE html><html><head><meta charset="utf-8"/></head><body></body></html>'
        return letter_pages.get_scale(self._run_printer(letter_pages.join([empty])))
