"""A database of an earlier version gets what became required, by SQL."""

import importlib.util
from datetime import date
from pathlib import Path

from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
SCRIPTS = Path(__file__).parents[1] / "migrations"


@tagged("post_install", "-at_install")
class TestMigration(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.script = cls.load("pre-procedure-of-item.py")

    @staticmethod
    def load(name, version="19.0.1.1.0"):
        spec = importlib.util.spec_from_file_location("migration", SCRIPTS / version / name)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        return script

    def empty(self, records, *columns):
        """Leave these columns empty, as a database of the old version has them."""
        self.env.flush_all()
        table = records._table
        for column in columns:
            self.env.cr.execute(f"ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL")
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = NULL WHERE id IN %s", [tuple(records.ids)]
            )
        self.env.invalidate_all()

    def migrate(self):
        self.script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()

    def test_items_and_cases_get_what_they_had(self):
        bakery = self.make_customer("Bakkerij", debtor_type="business")
        moves = self.make_invoice(DUE), self.make_invoice(DUE + 5 * DAY)
        firm = self.make_invoice(DUE, policies=self.make_policy(partner_id=bakery.id))
        self.walk(DUE + 2 * DAY, DUE + 8 * DAY)
        cases = self.case_of(moves[0]) | self.case_of(firm)
        items = cases.item_ids
        before = items.read(["procedure_id", "next_stage_id", "next_step_date"])
        self.empty(items, "procedure_id", "opened_on")
        self.empty(cases, "debtor_type")
        self.migrate()
        self.assertEqual(self.case_of(moves[0]).debtor_type, "consumer")
        self.assertEqual(self.case_of(firm).debtor_type, "business")
        opened = {item.move_id: item.opened_on for item in items}
        self.assertEqual(
            opened,
            {moves[0]: DUE + 2 * DAY, moves[1]: DUE + 6 * DAY, firm: DUE + 2 * DAY},
        )
        items.sudo()._project(DUE + 8 * DAY)
        self.assertEqual(items.read(["procedure_id", "next_stage_id", "next_step_date"]), before)

    def test_a_reopened_item_came_into_arrears_when_it_reopened(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + DAY)
        payment = self.pay_invoice(move, DUE + 2 * DAY)
        self.reverse(payment)
        self.run_on(DUE + 9 * DAY)
        items = self.env["arrears.item"].search([("move_line_id.move_id", "=", move.id)])
        self.empty(items, "procedure_id", "opened_on")
        self.migrate()
        self.assertEqual(items.opened_on, DUE + 9 * DAY)

    def test_what_is_filled_in_stays_and_a_new_database_is_left_alone(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + 3 * DAY)
        item = self.case_of(move).item_ids
        self.migrate()
        self.assertEqual(item.opened_on, DUE + 3 * DAY)
        self.empty(item, "opened_on")
        self.script.migrate(self.env.cr, None)
        self.env.invalidate_all()
        self.assertFalse(item.opened_on)
        self.migrate()
        self.assertEqual(item.opened_on, DUE + 3 * DAY)

    def test_the_notice_to_businesses_stays_the_stage_that_an_office_has(self):
        data = self.env["ir.model.data"].search(
            [("module", "=", "premium_arrears"), ("name", "=", "stage_business_notice")]
        )
        stage = data.res_id
        data.name = "stage_business_formal_notice"
        self.env.flush_all()
        self.load("pre-business-notice.py").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual((data.name, data.res_id), ("stage_business_notice", stage))

    def test_nobody_is_told_of_a_suspension_of_long_ago(self):
        move = self.make_invoice(DUE)
        notice = self.formal_notice(move, DUE + DAY)
        self.runs.run_for(notice.last_day + DAY, self.company)
        gap = self.policy.gap_ids.sudo()
        told = gap.suspended_notice_id
        gap.suspended_notice_id = False
        self.env.flush_all()
        self.load("post-old-cases.py").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(gap.suspended_notice_id, notice)
        self.run_on(notice.last_day + 2 * DAY)
        letters = self.env["arrears.notice"].search([("kind", "=", "cover_suspended")])
        self.assertEqual(letters, told, "no second letter")
        self.pay_invoice(move, credited_on=notice.last_day + 3 * DAY)
        self.run_on(notice.last_day + 4 * DAY)
        self.assertEqual(gap.resumed_notice_id.kind, "cover_resumed")

    def test_holds_of_a_version_that_knew_no_calls_and_no_hand_overs(self):
        """These scripts run before an update makes the tables of later versions."""
        move = self.make_invoice(DUE)
        self.run_on(DUE + 3 * DAY)
        case = self.case_of(move)
        holds = self.env["arrears.hold"].sudo()
        values = {"case_id": case.id, "start": DUE + 3 * DAY, "reason": "Told us so"}
        help_, dispute = (
            holds.create({**values, "kind": kind}) for kind in ("debt_help", "dispute")
        )
        script = self.load("pre-private-holds.py", "19.0.1.3.0")
        later = {
            "19.0.1.0.0": ["arrears_phone_call", "arrears_handover"],
            "19.0.1.1.0": ["arrears_handover"],
        }
        for version, tables in later.items():
            with self.subTest(version):
                self.empty(help_ | dispute, "partner_id", "scope", "state", "is_private")
                for table in tables:
                    self.env.cr.execute(f"ALTER TABLE {table} RENAME TO {table}_later")
                script.migrate(self.env.cr, version)
                for table in tables:
                    self.env.cr.execute(f"ALTER TABLE {table}_later RENAME TO {table}")
                self.env.invalidate_all()
                self.assertEqual((help_ | dispute).mapped("state"), ["running", "running"])
                self.assertEqual((help_ | dispute).mapped("scope"), ["debtor", "case"])
                self.assertEqual((help_.partner_id, help_.is_private), (self.customer, True))

    def test_what_was_told_about_debt_help_on_the_phone_is_forgotten(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + 3 * DAY)
        call = self.env["arrears.phone.call"].sudo().create({"case_id": self.case_of(move).id})
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE arrears_phone_call SET outcome = 'needs_help', note = 'Debts', called_on = %s "
            "WHERE id = %s",
            [DUE + 3 * DAY, call.id],
        )
        self.load("pre-private-holds.py", "19.0.1.3.0").migrate(self.env.cr, "19.0.1.2.0")
        self.env.invalidate_all()
        self.assertEqual((call.outcome, call.note), ("reached", False))

    def test_a_new_stage_is_not_put_into_a_ladder_that_runs(self):
        move = self.make_invoice(DUE)
        self.run_on(DUE + 3 * DAY)
        self.load("post-old-cases.py").migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        item = self.case_of(move).item_ids
        [ladder] = item._get_ladders().values()
        self.assertNotIn("handover_notice", ladder.mapped("kind"))
