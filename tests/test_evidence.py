"""What the engine writes cannot be slipped in: not as a value, and not as a default either."""

import base64
from datetime import date

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import ArrearsCommon

DAY = date(2026, 3, 2)


@tagged("post_install", "-at_install")
class TestEvidence(ArrearsCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(
            cls.env,
            "evidence_manager",
            groups="premium_arrears.group_manager",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )

    def tries(self):
        """Return per model what a colleague gives, and what he may not get in."""
        other = self.env.ref("base.user_admin").id
        approved = {"state": "approved", "proposed_by_id": other, "approved_by_id": other}
        loaded = {"state": "loaded", "loaded_on": DAY, "loaded_by_id": other}
        rows = b"Polisnummer;Vervaldatum;Openstaand\nP-1;01-02-2026;45,00\n"
        file = {
            "insurer_id": self.insurer.id,
            "date": DAY,
            "file": base64.b64encode(rows),
            "file_name": "list.csv",
        }
        period = {"insurer_id": self.insurer.id, "date_from": DAY, "date_to": DAY}
        return [
            ("cis.registration", {"policy_id": self.policy.id}, approved),
            ("insurance.arrears.list", file, loaded),
            ("insurance.bordereau", period, {"state": "made", "name": "BD/1", "made_on": DAY}),
            ("arrears.opening", {"day": DAY}, loaded),
        ]

    def test_not_as_a_value(self):
        for model, vals, foreign in self.tries():
            with self.subTest(model=model), self.assertRaises(UserError):
                self.env[model].with_user(self.manager).create({**vals, **foreign})

    def test_not_as_a_default_of_the_caller(self):
        for model, vals, foreign in self.tries():
            defaults = {f"default_{name}": value for name, value in foreign.items()}
            record = self.env[model].with_user(self.manager).with_context(**defaults).create(vals)
            with self.subTest(model=model):
                self.assertEqual(record.state, "draft")
                self.assertFalse(any(record[name] for name in foreign.keys() - {"state"}))

    def test_not_as_a_default_that_somebody_keeps(self):
        for model, vals, foreign in self.tries():
            mine = self.env["ir.default"].with_user(self.manager)
            for name, value in foreign.items():
                mine.set(model, name, str(value) if name.endswith("_on") else value, user_id=True)
            record = self.env[model].with_user(self.manager).create(vals)
            with self.subTest(model=model):
                self.assertEqual(record.state, "draft")
                self.assertFalse(any(record[name] for name in foreign.keys() - {"state"}))

    def test_what_was_taken_over_is_not_rewritten(self):
        opening = self.env["arrears.opening"].with_user(self.manager).create({"day": DAY})
        opening.sudo().state = "loaded"
        with self.assertRaises(AccessError):
            opening.state = "draft"
        with self.assertRaises(UserError):
            opening.day = date(2026, 3, 3)
        with self.assertRaises(UserError):
            opening.unlink()
