"""Tasks for a manager: what must go, and what has to be looked at after payment.

The run makes tasks and nothing else: whether a registration stays is a person's decision.
"""

from datetime import timedelta

from odoo import api, models

REVIEW = "premium_arrears.mail_activity_type_cis_review"
REMOVE = "premium_arrears.mail_activity_type_cis_remove"


class CisRegistration(models.Model):
    _inherit = "cis.registration"

    @api.model
    def _follow_up(self, day, company):
        """Make the tasks of one day of one company; a second call makes none.

        What must go (its time is up, a clean slate, what it rests on was taken back) is a task for
        that day; what was paid in full is to be reviewed within the days that the office chose.

        :param day: business day
        :param company: the office
        """
        registered = self.search([("company_id", "=", company.id), ("state", "=", "registered")])
        if not registered:
            return
        paid = registered._get_paid_days()
        asked = {record: record._get_attention(day, paid[record]) for record in registered}
        by_type = {
            REVIEW: registered.filtered(lambda record: asked[record] == "review"),
            REMOVE: registered.filtered(lambda record: asked[record] not in (False, "review")),
        }
        until = day + timedelta(days=company.arrears_cis_review_days)
        for xmlid, deadline in ((REVIEW, until), (REMOVE, day)):
            known = registered._get_tasks(xmlid)
            there = self.browse(known.mapped("res_id"))
            # Premium that is open again, or a registration that must go after all: no review.
            known.filtered(lambda task, r=by_type[xmlid]: task.res_id not in r.ids).unlink()
            (by_type[xmlid] - there)._add_tasks(xmlid, deadline, asked)

    def _get_tasks(self, *xmlids):
        """Return the open tasks of these kinds for these registrations."""
        return self.env["mail.activity"].search(
            [
                ("res_model", "=", self._name),
                ("res_id", "in", self.ids),
                ("activity_type_id", "in", [self.env.ref(xmlid).id for xmlid in xmlids]),
            ]
        )

    def _tell_letter_failed(self, day, reason):
        """Give a manager a task: the letter about a registration did not reach the customer."""
        self._schedule(
            "mail.mail_activity_data_todo",
            day,
            dict.fromkeys(self, reason),
            summary=self.env._("The letter did not arrive"),
        )

    def _add_tasks(self, xmlid, deadline, asked):
        notes = {record: record._describe_attention(asked[record]) for record in self}
        self._schedule(xmlid, deadline, notes)

    def _schedule(self, xmlid, deadline, notes, summary=None):
        """Make an activity of a kind for each of these.

        :param notes: dict from registration to what has to be done, in words
        :param summary: in a few words; None: that of the kind
        """
        kind = self.env.ref(xmlid)
        model = self.env["ir.model"]._get_id(self._name)
        managers = self._get_managers()
        # The list of activities shows it; a mail would tell of a registration.
        activities = self.env["mail.activity"].with_context(mail_activity_quick_update=True)
        activities.create(
            [
                {
                    "activity_type_id": kind.id,
                    "automated": True,
                    "date_deadline": deadline,
                    "note": notes[record],
                    "res_model_id": model,
                    "res_id": record.id,
                    "summary": summary or kind.summary,
                    "user_id": managers[record].id,
                }
                for record in self
            ]
        )

    def _close_tasks(self, feedback):
        self._get_tasks(REVIEW, REMOVE).action_feedback(feedback=feedback or False)

    def _get_managers(self):
        """Return who looks after each registration: who approved it, else another manager."""
        group = self.env.ref("premium_arrears.group_manager")
        # Who has which rights is for administrators to read; here only a name is looked up.
        managers = group.sudo().all_user_ids.filtered(lambda user: user.active).sorted("id")
        by_company = {
            company: managers.filtered(lambda user, c=company: c in user.company_ids)
            for company in self.company_id
        }
        return {
            record: (record.approved_by_id & by_company[record.company_id])
            or by_company[record.company_id][:1]
            or self.env.user
            for record in self
        }

    def _describe_attention(self, code):
        return dict(self._fields["attention"]._description_selection(self.env))[code]
