"""Text messages about notices: held back, or cancelled, when their notice may not be told of."""

from odoo import api, fields, models
from odoo.fields import Domain


class SmsSms(models.Model):
    _inherit = "sms.sms"

    arrears_notice_id = fields.Many2one("arrears.notice", readonly=True, ondelete="set null")

    _one_per_notice = models.UniqueIndex(
        "(arrears_notice_id) WHERE arrears_notice_id IS NOT NULL",
        "A notice has one text message at most.",
    )

    # === HELD BACK === #

    @api.model
    def _process_queue(self):
        # EXTENDS sms: the queue takes the oldest few hundred. Those that have to wait are left out
        # of its search, so that they never crowd out those that go.
        if held := self._get_arrears_held():
            self = self.with_context(arrears_sms_held=held._ids)
        return super()._process_queue()

    @api.model
    def _search(self, domain, *args, **kwargs):
        # EXTENDS base: see above.
        if held := self.env.context.get("arrears_sms_held"):
            domain = Domain(domain) & Domain("id", "not in", held)
        return super()._search(domain, *args, **kwargs)

    @api.model
    def _get_arrears_held(self):
        """Return the messages in the queue that have to wait, because their company says so."""
        notices = self.env["arrears.notice"].sudo()  # the queue runs as whoever started it
        messages = self.sudo().search(  # as above
            Domain("state", "=", "outgoing")
            & Domain("arrears_notice_id", "any", notices._get_must_wait_domain())
        )
        return self.browse(messages.ids)

    def _send(self, unlink_failed=False, unlink_sent=True, raise_exception=False):
        # By hand too. As above; it only reads whether the message may leave.
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
