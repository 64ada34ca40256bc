"""A database of version 19.0.1.0.0 gets what became required, by SQL."""

import importlib.util
from datetime import date
from pathlib import Path

from odoo.tests import tagged

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
SCRIPT = "migrations/19.0.1.1.0/pre-procedure-of-item.py"


@tagged("post_install", "-at_install")
class TestMigration(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        path = Path(__file__).parents[1] / SCRIPT
        spec = importlib.util.spec_from_file_location("procedure_of_item", path)
        cls.script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(cls.script)

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
        payment.move_id.line_ids.remove_move_reconcile()
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
