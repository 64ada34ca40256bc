"""Who it is about, in front of the number: in calendars and breadcrumbs a number says nothing."""

from odoo import api, models


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    @api.depends("partner_id.name")
    @api.depends_context("arrears_show_debtor")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        _put_debtor_first(self)
        return result


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    @api.depends("partner_id.name")
    @api.depends_context("arrears_show_debtor")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        _put_debtor_first(self)
        return result


class ArrearsInstalment(models.Model):
    _inherit = "arrears.instalment"

    @api.depends("partner_id.name")
    @api.depends_context("arrears_show_debtor")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        _put_debtor_first(self)
        return result


def _put_debtor_first(records):
    if records.env.context.get("arrears_show_debtor"):
        for record in records:
            record.display_name = f"{record.partner_id.name or '?'}, {record.display_name}"
