"""What a colleague without rights on arrears duplicates, and what is of one person only."""

from odoo.tests import TransactionCase, new_test_user, tagged

from ..models.res_partner_collector import COLLECTOR_FIELDS

MODULE = "premium_arrears"


@tagged("post_install", "-at_install")
class TestDuplicate(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(
            cls.env, login="clerk", groups="base.group_user,base.group_partner_manager"
        )
        cls.debtor = cls.env["res.partner"].create(
            {
                "name": "J. Jansen",
                "e_notice_consent_date": "2026-01-05",
                "e_notice_consent_source": "Application form",
                "e_notice_consent_withdrawn_date": "2026-03-01",
                "clean_slate_date": "2026-02-01",
                "clean_slate_source": "Letter of the municipality",
            }
        )

    def test_a_clerk_duplicates_a_contact(self):
        copy = self.debtor.with_user(self.clerk).copy()
        self.assertEqual(copy.name, "J. Jansen (copy)")

    def test_consent_and_clean_slate_are_of_one_person(self):
        copy = self.debtor.copy()
        for name in (
            "e_notice_consent_date",
            "e_notice_consent_source",
            "e_notice_consent_withdrawn_date",
            "clean_slate_date",
            "clean_slate_source",
        ):
            self.assertTrue(self.debtor[name], name)
            self.assertFalse(copy[name], name)

    def test_a_duplicate_is_no_collector(self):
        """Nobody looked it up in the register; and a clerk could not make it."""
        self.debtor.write(
            {
                "is_collector": True,
                "collector_kind": "agency",
                "collector_register_number": "123",
                "collector_checked_on": "2026-01-05",
            }
        )
        copy = self.debtor.with_user(self.clerk).copy()
        self.assertFalse(copy.is_collector)
        self.assertFalse([name for name in COLLECTOR_FIELDS if copy[name]])

    def test_nothing_for_a_group_is_copied_with_records_of_odoo(self):
        """Odoo reads what it copies as the user, who may not be in that group."""
        registry = self.env.registry
        # An abstract model gives its fields to those that it is part of.
        found = [
            str(field)
            for model in registry.models.values()
            if model._original_module != MODULE and not model._transient
            for field in model._fields.values()
            if MODULE in field._modules and field.groups and field.copy
        ]
        self.assertEqual(found, [])
