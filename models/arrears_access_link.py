"""A secret link to a customer's own page, as each letter carries one."""

import secrets
from datetime import timedelta

from odoo import api, fields, models

# Letters and digits that nobody mistakes for each other; 16 of them cannot be guessed.
ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
LENGTH = 16


class ArrearsAccessLink(models.Model):
    _name = "arrears.access.link"
    _description = "Link to a Customer's Own Page"
    _order = "id desc"
    _rec_name = "partner_id"

    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one("res.partner", required=True, readonly=True, index=True)
    notice_id = fields.Many2one(
        "arrears.notice", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    code = fields.Char(required=True, readonly=True, groups="base.group_system")
    expires_on = fields.Date(required=True, readonly=True, help="Last day on which it works.")

    _code_unique = models.UniqueIndex("(code)", "This code exists already.")
    _one_per_notice = models.UniqueIndex(
        "(notice_id) WHERE notice_id IS NOT NULL", "This letter has a link already."
    )

    @api.model
    def _get_or_create(self, notices):
        """Return the links of notices to the pages of their debtors; called as the service.

        :param notices: the letters that carry them; each works from its date for as many days as
            the company chose
        """
        notices = notices.sudo()
        self.create(
            [
                {
                    "company_id": notice.company_id.id,
                    "partner_id": notice.partner_id.id,
                    "notice_id": notice.id,
                    "code": "".join(secrets.choice(ALPHABET) for _letter in range(LENGTH)),
                    "expires_on": notice.date + timedelta(days=notice.company_id.arrears_link_days),
                }
                for notice in notices
                if not notice.access_link_ids
            ]
        )
        return notices.access_link_ids

    def _get_url(self):
        """Return the address of the page, to be opened or typed."""
        self.ensure_one()
        return f"{self.get_base_url()}/arrears/{self.sudo().code}"

    @api.model
    def _find(self, code, day):
        """Return the link with this code that works on ``day``, or no record; as the service."""
        plain = "".join(filter(str.isalnum, code or "")).upper()
        if len(plain) != LENGTH:
            return self.browse()
        return self.search([("code", "=", plain), ("expires_on", ">=", day)])
