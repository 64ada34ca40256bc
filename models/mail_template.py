"""The mail of a letter: a subject on one line, and the text of the letter as it was kept."""

from odoo import api, models

from .arrears_notice import MESSAGE_KINDS


class MailTemplate(models.Model):
    _inherit = "mail.template"

    @api.constrains("subject", "body_html", "model_id")
    def _check_letter_mail(self):
        notices = self.env["arrears.notice"]
        if not notices._may_check_letters():
            return
        for template in self:
            source = self.env._("Mail template %s", template.name)
            stages = template.sudo()._get_letter_stages()
            for kind, stage in stages.grouped("kind").items():
                notices._check_letters(source, (kind,), stage[:1])
            notices._check_letters(source, template._get_message_kinds())

    def _get_letter_stages(self):
        """Return the stages whose notice goes out with this mail."""
        self.ensure_one()
        stages = self.env["arrears.stage"].search([("mail_template_id", "=", self.id)])
        return stages.filtered(lambda stage: stage.procedure_id.active)

    def _get_message_kinds(self):
        """Return the kinds of letters without a stage that go out with this mail."""
        self.ensure_one()
        reference = "premium_arrears.mail_template_%s"
        return [
            kind
            for kind, _label in MESSAGE_KINDS
            if self.env.ref(reference % kind, raise_if_not_found=False) == self
        ]

    def _find_letter_flaw(self, notice):
        """Return what is wrong with this mail of a notice as a sentence's end, or nothing.

        :param notice: a notice whose text was rendered, possibly in memory only
        """
        self.ensure_one()
        template = self.with_context(lang=notice.lang)
        subject = template.subject or ""
        if not subject.strip():
            return self.env._("has no subject.")
        if len(subject.strip().splitlines()) > 1:
            return self.env._("has a subject of more than one line.")
        try:
            body = template._render_field("body_html", notice._ids, set_lang=notice.lang)
        except Exception as error:  # whatever an office may have written in its template
            return self.env._("cannot be made: %s", error)
        if str(notice.body_html) not in str(body[notice.id]):
            return self.env._("is a mail without the text of the letter (object.body_html).")
        return None
