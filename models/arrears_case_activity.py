"""What a case asks of a colleague: an activity for its handler."""

from odoo import api, models


class ArrearsCase(models.Model):
    _inherit = "arrears.case"

    def _schedule_for_handler(self, day, summary, notes):
        """Ask the handler of each of these cases to look at something, in one batch.

        :param day: business day on which it has to be done
        :param summary: what it is, in a few words
        :param notes: dict from case to the details
        :return: the activities
        """
        handlers = self._get_handlers()
        todo = self.env.ref("mail.mail_activity_data_todo")
        model = self.env["ir.model"]._get_id(self._name)
        # The list of activities shows it; a mail for each would bury the handler.
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        return activities.create(
            [
                {
                    "activity_type_id": todo.id,
                    "automated": True,
                    "date_deadline": day,
                    "note": notes.get(case),
                    "res_model_id": model,
                    "res_id": case.id,
                    "summary": summary,
                    "user_id": handlers[case].id,
                }
                for case in self
            ]
        )

    def _get_handlers(self):
        """Return who handles each case; without a handler, the first colleague who could."""
        unhandled = self.filtered(lambda case: not case.user_id)
        fallback = self._get_first_colleagues(unhandled.company_id)
        return {case: case.user_id or fallback[case.company_id] or self.env.user for case in self}

    @api.model
    def _get_first_colleagues(self, companies, role="group_handler"):
        """Return per company the first colleague in a role of this addon, or nobody."""
        group = self.env.ref(f"premium_arrears.{role}")
        # Who has which rights is for administrators to read; here only a name is looked up.
        colleagues = group.sudo().all_user_ids.filtered(lambda user: user.active).sorted("id")
        return {
            company: colleagues.filtered(lambda user, c=company: c in user.company_ids)[:1]
            for company in companies
        }
