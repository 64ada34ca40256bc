"""A look at a letter before it exists: a path of its own that cannot send."""

from odoo import api, models


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _preview(self, action):
        """Return subject and text of the notice that a proposed action would make, and discard it.

        The notice is made and rendered in a savepoint that is always rolled back: nothing of it
        stays, no number is used, no fee announced, nothing queued.

        :param action: a proposed action of the kind ``notice``, as the service
        :return: dict with ``subject``, ``page`` (HTML), ``missing`` (the missing parts in words)
        """
        items = action.item_ids.filtered(lambda item: item.amount_open > 0 and not item.settled_on)
        with self.env.cr.savepoint() as savepoint:
            notice = self.with_context(arrears_preview=True)._make(action, items)
            notice._render_text()
            found = {
                "subject": notice.subject,
                "page": notice._render_letter(),
                "missing": self._describe_missing(notice._missing_parts()),
            }
            savepoint.rollback()
        self.env.invalidate_all(flush=False)
        return found

    @api.model
    def _preview_sample(self, stage):
        """Return as ``_preview`` the letter of a stage to a customer who does not exist.

        It lives in memory only, in the reader's own language.
        """
        values = self._prepare_sample_vals(stage.charges_fee, stage.names_suspension)
        company = stage.company_id or self.env.company
        values |= {"lang": self.env.lang or "en_US", "channel": "post"}
        if not company.arrears_fee_vat:
            values["fee_vat"] = 0.0
        # In memory only; whoever may see a stage need not have rights on notices.
        notice = self.sudo()._make_sample(stage.kind, stage, values)
        notice.body_html = notice._render_body()
        template = notice._get_mail_template().with_context(lang=notice.lang)
        return {
            "subject": template._render_field("subject", notice._ids, set_lang=notice.lang)[
                notice.id
            ],
            "page": notice._render_letter(),
            "missing": self._describe_missing(notice._missing_parts()),
        }
