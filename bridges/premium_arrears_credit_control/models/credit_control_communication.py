"""A communication that counts: it is sent as a notice, with all that the law asks of one."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CreditControlCommunication(models.Model):
    _inherit = "credit.control.communication"

    arrears_notice_id = fields.Many2one(
        "arrears.notice",
        string="Notice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The letter or mail as which this went; its term, proof and costs are there.",
    )

    @api.model
    def _generate_comm_from_credit_lines(self, lines):
        # EXTENDS account_credit_control: what counts becomes a notice, the rest goes as ever.
        day = self.env["arrears.notice"]._get_day_of_mail()
        again = lines.filtered("communication_id.arrears_notice_id")
        asked = lines - again
        ready = (asked | asked._get_lines_of_same_letters())._set_outdated_aside(day)
        steps = ready._get_arrears_steps(day)
        if steps and not self.env["arrears.run"].has_access("create"):
            raise AccessError(
                self.env._(
                    "Some of these count as a step of an arrears procedure: ask a colleague who "
                    "handles arrears to send them."
                )
            )
        for step in steps:
            step.flaw = self._find_flaw(step, day)
            if step.flaw:
                step.credit_lines &= asked
                self._tell_flaw(step)
        counting = [step for step in steps if not step.flaw]
        made = self._make_notices(counting, day)
        plain = (asked & ready) - made.credit_control_line_ids
        plain = super()._generate_comm_from_credit_lines(plain)
        return plain | made | again.communication_id

    @api.model
    def _find_flaw(self, step, day):
        """Return in words what a letter would lack to count, or nothing; it is made and discarded.

        :param step: ``Step``
        :param day: business day
        """
        if step.channel == "phone":
            return self.env._("a phone call is no notice")
        notices = self.env["arrears.notice"].sudo()  # after the check of the right to send
        notices = notices.with_context(arrears_preview=True, arrears_channel=step.channel)
        notices = notices.with_company(step.company_id)
        try:
            with self.env.cr.savepoint() as savepoint:
                [notice] = notices._make_all([(step, step.items)], day)
                notice._render_text()
                flaw = self.env["arrears.notice"]._describe_missing(notice._missing_parts())
                savepoint.rollback()
        except UserError as error:
            flaw = str(error)
        self.env.invalidate_all(flush=False)
        return flaw

    @api.model
    def _tell_flaw(self, step):
        """Tell on the lines and to the handler that this letter has no effect, and why."""
        text = self.env._(
            "This goes as a plain message and does not count as the step “%(step)s”. It lacks: "
            "%(flaw)s. The arrears run takes that step itself.",
            step=step.stage_id.name,
            flaw=step.flaw,
        )
        step.credit_lines._message_log_batch({line.id: text for line in step.credit_lines})
        step.case_id._message_log_batch({step.case_id.id: text})

    @api.model
    def _make_notices(self, steps, day):
        """Make a notice and its communication of each step, and send it on its way.

        :param steps: list of ``Step``
        :param day: business day
        :return: the communications
        """
        made = self.browse()
        groups = {}
        for step in steps:
            groups.setdefault((step.company_id, step.channel), []).append(step)
        for (company, channel), mine in groups.items():
            # Evidence is written by the service, after the check of the right to send.
            notices = self.env["arrears.notice"].sudo().with_company(company)
            notices = notices.with_context(arrears_channel=channel)._make_all(
                [(step, step.items) for step in mine], day
            )
            self.env["arrears.phone.call"].sudo()._schedule_calls(notices, day)
            comms = self.create(
                [
                    self._prepare_counting_vals(step, notice, day)
                    for step, notice in zip(mine, notices, strict=True)
                ]
            )
            comms._onchange_partner_id()
            for step, notice in zip(mine, notices, strict=True):
                step.credit_lines.write(
                    {
                        "state": "queued",
                        "channel": "email" if notice.channel == "email" else "letter",
                    }
                )
            notices.with_context(arrears_channel=False)._deliver()
            made |= comms
        return made

    @api.model
    def _prepare_counting_vals(self, step, notice, day):
        """Return the communication of a notice: of a case as a whole, on its own day."""
        return {
            "partner_id": step.case_id.partner_id.id,
            "policy_level_id": step.credit_level_id.id,
            "currency_id": step.company_id.currency_id.id,
            "company_id": step.company_id.id,
            "credit_control_line_ids": [fields.Command.set(step.credit_lines.ids)],
            "report_date": day,
            "arrears_notice_id": notice.id,
        }

    # === WHAT IS NOT SENT TWICE === #

    def _filter_plain(self):
        """Return the communications that credit control sends itself."""
        return self.filtered(lambda comm: not comm.arrears_notice_id)

    def _generate_emails(self):
        # EXTENDS account_credit_control: a notice has a mail of its own.
        return super(CreditControlCommunication, self._filter_plain())._generate_emails()

    def _mark_credit_line_as_sent(self):
        # EXTENDS account_credit_control: a notice is sent when it was posted or mailed.
        return super(CreditControlCommunication, self._filter_plain())._mark_credit_line_as_sent()
