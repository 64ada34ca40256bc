"""A line where colleagues look: on the case, the customer and the invoices, when a letter left."""

from markupsafe import Markup

from odoo import models
from odoo.tools import format_date

from .arrears_notice import TERM_KINDS
from .arrears_stage import NOTICE_KINDS

# Who reads a case or a contact need not know of debts and registrations: see group_cis and
# group_debt_help.
CONFIDENTIAL_KINDS = frozenset({"cis_registered", "help_leaflet"})


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    def _log_sent(self, day):
        """Log in the chatter that these notices left, in one batch per model.

        The case is told of each letter but the confidential ones. Invoices and customers, which
        more colleagues see, are told of the steps only.

        :param day: business day
        """
        told = self.filtered(lambda notice: notice.kind not in CONFIDENTIAL_KINDS)
        texts = {notice: notice._describe_sent(day) for notice in told}
        told._log_on({notice: notice.case_id for notice in told}, texts)
        steps = told.filtered(lambda notice: notice.kind in NOTICE_KINDS)
        steps._log_on({n: n.line_ids.item_id.move_id for n in steps}, texts)
        alone = self.env["res.company"].sudo().search_count([], limit=2) == 1
        steps._log_on({n: n._get_loggable_partner(alone) for n in steps}, texts)

    def _get_loggable_partner(self, alone):
        """Return the customer, unless colleagues of another company would read it there too.

        :param alone: the database has one company
        """
        partner = self.case_id.partner_id
        return partner if alone or partner.company_id == self.company_id else partner.browse()

    def _log_on(self, records_by_notice, texts):
        """Log the text of each notice on its records, one message per record."""
        bodies = {}
        for notice, records in records_by_notice.items():
            for record in records:
                bodies.setdefault(record, []).append(texts[notice])
        if bodies:
            next(iter(bodies)).union(*bodies)._message_log_batch(
                {record.id: Markup("<br/>").join(lines) for record, lines in bodies.items()}
            )

    def _describe_sent(self, day):
        """Return in the office's language which notice left, how, and by when to pay."""
        self.ensure_one()
        notice = self.with_context(lang=self.company_id.partner_id.lang or self.env.lang)
        kinds = dict(notice._fields["kind"]._description_selection(notice.env))
        words = {
            "kind": kinds[notice.kind],
            "notice": notice.name,
            "day": format_date(notice.env, day),
        }
        if notice.channel == "email":
            text = notice.env._("%(kind)s %(notice)s left by e-mail on %(day)s.", **words)
        else:
            text = notice.env._("%(kind)s %(notice)s left by post on %(day)s.", **words)
        if notice.kind in TERM_KINDS and notice.last_day:
            last = format_date(notice.env, notice.last_day)
            text += " " + notice.env._("Last day to pay: %s.", last)
        return text
