"""The menu: each entry has a place of its own, and what belongs together stands together."""

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestMenus(TransactionCase):
    def menus(self):
        found = self.env["ir.model.data"].search(
            [("module", "=", "premium_arrears"), ("model", "=", "ir.ui.menu")]
        )
        return self.env["ir.ui.menu"].with_context(active_test=False).browse(found.mapped("res_id"))

    def test_no_two_siblings_have_the_same_place(self):
        for parent, children in self.menus().grouped("parent_id").items():
            places = children.mapped("sequence")
            self.assertEqual(sorted(set(places)), sorted(places), parent.name)

    def test_holds_and_arrangements_stand_together(self):
        work = self.env.ref("premium_arrears.menu_work")
        names = [
            xmlid.removeprefix("premium_arrears.menu_")
            for xmlid in work.child_id.sorted("sequence").get_external_id().values()
        ]
        for group in (
            ["arrangements", "arrangements_approve", "instalments"],
            ["holds", "hold_area", "hold_batches"],
        ):
            first = names.index(group[0])
            self.assertEqual(names[first : first + len(group)], group)
