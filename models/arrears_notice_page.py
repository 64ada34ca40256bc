"""The way to the customer's own page: an address and a code on paper, a button in a mail.

Each letter has a secret link of its own, see ``arrears.access.link``. What cannot reach the
customer (a sample, a preview, a test) shows the place of the link, or nothing.
"""

import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from .qr_code import draw_qr_code

# They ask for nothing that can be done on that page: a mistake put right, data in CIS, a claim that
# somebody else collects, an arrangement that is over.
KINDS_WITHOUT_PAGE = (
    "correction",
    "cis_registered",
    "handed_over",
    "service_notice",
    "arrangement_kept",
)
# In place of a code where no link is made.
NO_CODE = "X" * 16
GROUP = 4

_logger = logging.getLogger(__name__)


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    access_link_ids = fields.One2many(
        "arrears.access.link", "notice_id", readonly=True, groups="base.group_system"
    )

    # === WHO MAY SEE IT === #

    def _has_page(self):
        """Tell whether this letter shows the way to the debtor's own page."""
        self.ensure_one()
        return (
            self.kind not in KINDS_WITHOUT_PAGE
            and not self.test_mode
            and (self._is_sample() or self._goes_to_debtor())
        )

    def _goes_to_debtor(self):
        """Tell whether who gets this letter may see all that the debtor may see.

        A business decides who gets its invoices. Of a person the address may be another one, but a
        contact with a name of its own is somebody else, who reads this letter and no more.
        """
        self.ensure_one()
        recipient, debtor = self.recipient_id, self.partner_id
        if recipient == debtor:
            return True
        return recipient.commercial_partner_id == debtor.commercial_partner_id and (
            debtor.commercial_partner_id.is_company or not recipient.name
        )

    # === WHERE IT IS === #

    def _is_without_link(self):
        """Tell whether this letter only shows where its link will be."""
        self.ensure_one()
        return self._is_sample() or bool(self.env.context.get("arrears_preview"))

    def _get_page(self):
        """Return the complete address of the page and the last day on which it works.

        The link is made here, when the letter is rendered. An empty text and no day without page.
        """
        self.ensure_one()
        if not self._has_page():
            return "", None
        if self._is_without_link():
            last = self.date + timedelta(days=self.company_id.arrears_link_days)
            return f"{self.get_base_url()}/arrears/{NO_CODE}", last
        # Nobody has rights on links: the code is for the customer only.
        link = self.env["arrears.access.link"].sudo()._get_or_create(self)
        return link._get_url(), link.expires_on

    def _read_together(self):
        """Make the links too of all that is going to be rendered."""
        paged = self.filtered(
            lambda notice: (
                notice._has_page() and not notice._is_without_link() and notice._has_address()
            )
        )
        # Nobody has rights on links, see below.
        self.env["arrears.access.link"].sudo()._get_or_create(paged)
        return super()._read_together()

    def _get_page_values(self):
        """Return what the texts use: ``page_url`` for a button, ``page_code`` for paper, words."""
        url, last = self._get_page()
        return {
            "page_url": url,
            "page_code": self._draw_page_code(url),
            "words": {
                "page": self._spell(url),
                "page_until": self._format_day(last, "d MMMM y"),
            },
        }

    @api.model
    def _spell(self, url):
        """Return an address as it is read and typed: without protocol, its code in groups."""
        base, slash, code = url.rpartition("/")
        groups = [code[first : first + GROUP] for first in range(0, len(code), GROUP)]
        return f"{base.partition('://')[2]}{slash}{'-'.join(groups)}"

    def _draw_page_code(self, url):
        """Return the QR code of an address as a data address; on paper only, else False."""
        if not url or self.channel != "post":
            return False
        try:
            return draw_qr_code(url)
        except (ValueError, AttributeError):
            # A machine that cannot draw the code still sends the letter: the address is in it.
            _logger.warning("No code of the own page for notice %s", self.name, exc_info=True)
            return False

    # === TEXT AND PARTS === #

    def _get_text_values(self):
        values, page = super()._get_text_values(), self._get_page_values()
        return {
            **values,
            **page,
            "words": values["words"] | page["words"],
            "may_arrange": self.company_id.arrears_arrangement_portal,
        }

    def _get_parts_needed(self):
        return (*super()._get_parts_needed(), "page")

    def _needs_part(self, part):
        return self._has_page() if part == "page" else super()._needs_part(part)

    def _get_required_texts(self):
        return super()._get_required_texts() | {"page": [self._spell(self._get_page()[0])]}

    def _get_part_words(self):
        return super()._get_part_words() | {
            "page": self.env._("the address of the customer's own page")
        }

    # === ITS END === #

    def _take_term_away(self, day, reason, state="failed"):
        """End the links too: who has a letter that does not count has no page by it."""
        self._end_links(day)
        return super()._take_term_away(day, reason, state=state)

    def _end_links(self, day):
        """Let the links of these letters work no more, from ``day`` on."""
        # Nobody has rights on links, see above.
        links = self.env["arrears.access.link"].sudo()
        running = links.search(
            Domain("notice_id", "in", self.ids) & Domain("expires_on", ">=", day)
        )
        running.expires_on = day - timedelta(days=1)
