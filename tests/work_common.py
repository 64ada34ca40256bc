"""The world of who works in the lists: a handler, a reader, filters as they stand in the views."""

from datetime import date

from lxml import etree

from odoo import Command
from odoo.tests import new_test_user
from odoo.tools.safe_eval import safe_eval

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + 7 * DAY


class WorkCommon(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.handler = cls.make_user("handler", "premium_arrears.group_handler")
        cls.reader = cls.make_user("reader", "premium_arrears.group_reader")
        cls.cis_user = cls.make_user(
            "cis", "premium_arrears.group_cis,account.group_account_invoice"
        )
        cls.neighbour = cls.make_customer("P. Jansen")
        cls.other_policy = cls.make_policy(partner_id=cls.neighbour.id)

    @classmethod
    def make_user(cls, login, groups):
        return new_test_user(
            cls.env,
            f"work_{login}",
            groups=groups,
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def make_two(self, day=None):
        """Return two cases, of the customer and of the neighbour, after a run."""
        self.moves = self.make_invoice(DUE) | self.make_invoice(DUE, policies=self.other_policy)
        self.run_on(day or DUE + DAY)
        return self.case_of(self.moves[0]), self.case_of(self.moves[1])

    def get_filter(self, name, model="arrears.case", user=None, view=None):
        """Return the domain of a filter as a user's search view has it; None when it lacks it."""
        records = self.env[model].with_user(user or self.handler)
        view_id = self.env.ref(view).id if view else None
        arch = etree.fromstring(records.get_view(view_id, "search")["arch"])
        found = arch.xpath(f"//filter[@name='{name}']")
        return safe_eval(found[0].get("domain"), {"uid": records.env.uid}) if found else None

    def find(self, name, among, model="arrears.case", user=None, view=None):
        """Return which of these records a filter finds for a user."""
        self.env.flush_all()
        self.env.invalidate_all()
        domain = self.get_filter(name, model, user, view)
        records = self.env[model].with_user(user or self.handler)
        records = records.with_context(allowed_company_ids=self.company.ids)
        found = records.search([*domain, ("id", "in", among.ids)])
        return among.browse(found.ids)
