from odoo import fields, models


class SmsSms(models.Model):
    _inherit = "sms.sms"

    arrears_notice_id = fields.Many2one("arrears.notice", readonly=True, ondelete="set null")

    _one_per_notice = models.UniqueIndex(
        "(arrears_notice_id) WHERE arrears_notice_id IS NOT NULL",
        "A notice has one text message at most.",
    )

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        # The queue runs as whoever started it; it only reads whether the message may leave.
        ours = self.sudo().filtered("arrears_notice_id")
        dead = ours.filtered(lambda sms: sms.arrears_notice_id.state != "sent")
        dead.action_set_canceled()
        held = (ours - dead).filtered(lambda sms: sms.arrears_notice_id._must_wait())
        going = self - self.browse((dead | held).ids)
        if not going:
            return None
        return super(SmsSms, going)._send(
            unlink_failed=unlink_failed, unlink_sent=unlink_sent, raise_exception=raise_exception
        )
