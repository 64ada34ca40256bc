"""The filters of the list of cases: each finds the case that matches, and not the other."""

from datetime import timedelta

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from .common import DAY
from .work_common import DUE, REMINDER_DAY, WorkCommon


@tagged("post_install", "-at_install")
class TestCaseSearch(WorkCommon):
    def assertFinds(self, name, case, other, **options):
        """The filter finds the first case and not the second."""
        self.assertEqual(self.find(name, case | other, **options), case, name)

    def place(self, target, kind="dispute", day=DUE + DAY, **values):
        holds = self.env["arrears.hold"]
        hold = holds._place(target, kind, day, "Says so", on=day, **values)
        self.env.flush_all()
        return hold

    def test_to_decide_is_a_step_whose_day_has_come(self):
        case, other = self.make_two()
        with freeze_time(REMINDER_DAY - DAY):
            self.assertFalse(self.find("due_today", case | other))
        with freeze_time(REMINDER_DAY):
            self.place(other, day=REMINDER_DAY)
            self.assertFinds("due_today", case, other)
            self.assertTrue(case.with_user(self.handler).to_decide)
            self.assertFalse(other.with_user(self.handler).to_decide)

    @freeze_time(REMINDER_DAY)
    def test_to_decide_is_a_proposal_that_waits_too(self):
        case, other = self.make_two(DUE + DAY)
        self.run_on(REMINDER_DAY)
        self.assertFalse(self.find("due_today", case | other), "the reminders have left")
        self.env["arrears.action"].sudo().create(
            {
                "run_id": self.runs.search([("date", "=", REMINDER_DAY)]).id,
                "case_id": case.id,
                "kind": "handover",
                "stage_id": case.procedure_id.stage_ids[-1:].id,
            }
        )
        self.assertFinds("due_today", case, other)
        self.assertEqual(
            self.env["arrears.case"].search([("to_decide", "=", False), ("id", "=", case.id)]),
            case.browse(),
        )

    def test_mine_and_nobodys(self):
        case, other = self.make_two()
        case.user_id = self.handler
        self.assertFinds("mine", case, other)
        self.assertFinds("nobodys", other, case)

    def test_a_notice_that_failed(self):
        case, other = self.make_two()
        self.run_on(REMINDER_DAY)
        case.notice_ids.sudo()._fail("returned", REMINDER_DAY + DAY)
        self.assertFinds("failed", case, other)
        self.pay_invoice(self.moves[0], REMINDER_DAY + 2 * DAY)
        self.assertFalse(self.find("failed", case | other), "it is about nothing any more")

    def test_a_hold_that_ends_this_week(self):
        case, other = self.make_two()
        with freeze_time(DUE + DAY):
            self.place(case, end=DUE + 6 * DAY)
            self.place(other, end=DUE + 30 * DAY)
            self.assertFinds("hold_ends", case, other)
            self.assertEqual(case.hold_ends_on, DUE + 6 * DAY)
            self.assertFinds("held", case | other, case.browse())
        with freeze_time(DUE + 8 * DAY):
            self.assertFalse(self.find("hold_ends", case | other), "it is over")

    def test_a_hold_on_one_invoice_counts_and_the_longest_of_two_decides(self):
        case, other = self.make_two()
        with freeze_time(DUE + DAY):
            self.place(case.item_ids, end=DUE + 5 * DAY)
            self.place(other, end=DUE + 5 * DAY)
            self.place(other.partner_id, kind="other", end=DUE + 40 * DAY)
            self.assertFinds("hold_ends", case, other)

    def test_a_private_hold_is_found_by_no_day_and_looks_like_any_other(self):
        """What only a person ends has no day, of whatever kind; so the filter betrays none."""
        case, other = self.make_two()
        with freeze_time(DUE + DAY):
            self.place(case, kind="debt_help")
            self.place(other, kind="dispute")
            both = case | other
            for user in (self.reader, self.handler):
                self.assertFalse(self.find("hold_ends", both, user=user))
                self.assertEqual(self.find("held", both, user=user), both)
                for case_of in both.with_user(user):
                    self.assertFalse(case_of.hold_ends_on)
            cases = self.env["arrears.case"].with_user(self.reader)
            self.assertEqual(
                set(cases.search([("hold_ends_on", "=", False), ("id", "in", both.ids)])._ids),
                set(both._ids),
            )

    def test_an_arrangement_that_broke_and_one_that_misses(self):
        case, other = self.make_two()
        made = self.arrange(case.item_ids, DUE + 2 * DAY)
        kept = self.arrange(other.item_ids, DUE + 2 * DAY)
        both = case | other
        self.assertEqual(self.find("arranged", both), both)
        made.instalment_ids.sudo().missed_on = DUE + 40 * DAY
        self.assertFinds("missed", case, other)
        made.sudo()._end("broken", DUE + 60 * DAY)
        self.assertEqual(kept.state, "active")
        self.assertFinds("broken", case, other)

    def test_cover_that_is_gone_for_long(self):
        case, other = self.make_two()
        today = DUE + 60 * DAY
        gaps = self.env["insurance.coverage.gap"].sudo()
        gaps._open(
            [
                {"policy_id": self.policy.id, "start": today - timedelta(days=31)},
                {"policy_id": self.other_policy.id, "start": today - timedelta(days=20)},
            ]
        )
        both = case | other
        with freeze_time(today):
            self.assertEqual(self.find("suspended", both), both)
            self.assertEqual(self.find("suspended_14", both), both)
            self.assertFinds("suspended_30", case, other)
            self.assertEqual(case.suspended_since, today - timedelta(days=31))
            later = [("suspended_since", ">", today - timedelta(days=25)), ("id", "in", both.ids)]
            self.assertEqual(self.env["arrears.case"].search(later), other)
            on_day = [("suspended_since", "=", other.suspended_since), ("id", "in", both.ids)]
            self.assertEqual(self.env["arrears.case"].search(on_day), other)
        with freeze_time(today - timedelta(days=18)):
            self.assertFalse(self.find("suspended_14", both), "not that long yet")
        gaps.search([("policy_id", "=", self.policy.id)]).resume = today
        with freeze_time(today):
            self.assertFinds("suspended", other, case)

    def test_motor_by_line_and_by_licence_plate(self):
        case, other = self.make_two()
        self.policy.write({"line_of_business": "motor", "licence_plate": "GB-123-K"})
        self.assertFinds("motor", case, other)
        self.policy.write({"line_of_business": "package"})
        self.assertFinds("motor", case, other)
        self.pay_invoice(self.moves[0], DUE + 2 * DAY)
        self.assertFalse(self.find("motor", case | other), "only what is open")

    def test_no_address_is_what_delivery_calls_so(self):
        case, other = self.make_two()
        both = case | other
        with freeze_time(DUE + 2 * DAY):
            self.assertFalse(self.find("no_address", both))
            self.customer.street = False
            self.assertFinds("no_address", case, other)
            self.assertFalse(case.has_address)
            self.customer.email = "customer@example.com"
            self.assertFinds("no_address", case, other)
            self.customer.e_notice_consent_date = DUE
            self.assertFalse(self.find("no_address", both), "consent to e-mail")
            self.env["mail.blacklist"]._add("customer@example.com")
            self.assertFinds("no_address", case, other)

    def test_a_letter_goes_to_the_invoice_address(self):
        case, other = self.make_two()
        self.env["res.partner"].create(
            {"parent_id": self.customer.id, "type": "invoice", "name": "Desk", "street": False}
        )
        self.assertFinds("no_address", case, other)

    def test_with_a_collector(self):
        case, other = self.make_two()
        agency = self.env["res.partner"].create(
            {
                "name": "Incasso Oost",
                "is_company": True,
                "is_collector": True,
                "collector_kind": "agency",
            }
        )
        handover = self.env["arrears.handover"].sudo()
        case.item_ids.sudo().handover_id = handover.create(
            {"case_id": case.id, "collector_id": agency.id}
        )
        self.assertFinds("at_agency", case, other)

    def test_found_by_policy_and_licence_plate(self):
        case, other = self.make_two()
        self.policy.licence_plate = "GB-123-K"
        arch, _view = self.env["arrears.case"]._get_view(view_type="search")
        field = arch.xpath("//field[@name='item_ids'][contains(@filter_domain, 'plate')]")[0]
        domain = safe_eval(field.get("filter_domain"), {"self": "GB-123"})
        found = self.env["arrears.case"].search([*domain, ("id", "in", (case | other).ids)])
        self.assertEqual(found, case)


@tagged("post_install", "-at_install")
class TestItemSearch(WorkCommon):
    def test_filters_of_overdue_premiums(self):
        case, other = self.make_two()
        mine, theirs = case.item_ids, other.item_ids
        both, model = mine | theirs, "arrears.item"
        case.user_id = self.handler
        self.policy.line_of_business = "motor"
        for name in ("mine", "motor"):
            self.assertEqual(self.find(name, both, model), mine, name)
        self.arrange(theirs, DUE + 2 * DAY)
        self.assertEqual(self.find("arranged", both, model), theirs)
        with freeze_time(REMINDER_DAY):
            self.assertEqual(self.find("due_today", both, model), mine)
        with freeze_time(REMINDER_DAY - DAY):
            self.assertFalse(self.find("due_today", both, model))


@tagged("post_install", "-at_install")
class TestOdooLists(WorkCommon):
    """Columns and filters on Odoo's own lists of contacts and invoices."""

    INVOICES = {"model": "account.move", "view": "account.view_account_invoice_filter"}
    CONTACTS = {"model": "res.partner", "view": "base.view_res_partner_filter"}

    def setUp(self):
        super().setUp()
        self.case, self.other = self.make_two()
        self.late = self.moves[0]
        self.people = self.customer | self.neighbour

    def test_invoices_in_arrears_and_their_cover(self):
        self.pay_invoice(self.moves[1], DUE + 2 * DAY)
        self.assertEqual(self.find("in_arrears", self.moves, **self.INVOICES), self.late)
        self.policy.sudo().coverage_state = "at_risk"
        self.assertEqual(self.find("cover_at_risk", self.moves, **self.INVOICES), self.late)
        self.policy.sudo().coverage_state = "suspended"
        self.assertEqual(self.find("cover_suspended", self.moves, **self.INVOICES), self.late)

    def test_contacts_in_arrears_and_their_cover(self):
        self.pay_invoice(self.moves[1], DUE + 2 * DAY)
        self.assertEqual(self.find("in_arrears", self.people, **self.CONTACTS), self.customer)
        self.policy.sudo().coverage_state = "at_risk"
        self.assertEqual(self.find("cover_at_risk", self.people, **self.CONTACTS), self.customer)

    def test_cis_is_for_who_may_know(self):
        self.policy.sudo().write(
            {"end_date": DUE, "end_reason": "non_payment", "office_role": "intermediary"}
        )
        draft = self.make_invoice(DUE + 30 * DAY, post=False)
        moves = draft | self.late
        with freeze_time(DUE + 10 * DAY):
            found = self.find("cis", self.people, user=self.cis_user, **self.CONTACTS)
            self.assertEqual(found, self.customer)
            found = self.find("cis", moves, user=self.cis_user, **self.INVOICES)
            self.assertEqual(found, draft)
        self.assertIsNone(self.get_filter("cis", user=self.handler, **self.INVOICES))
        for user in (self.handler, self.reader):
            self.assertIsNone(self.get_filter("cis", user=user, **self.CONTACTS))

    def test_columns_are_for_who_may_see_them_and_never_tell_of_debt_help(self):
        wanted = {
            "account.move": (
                "account.view_out_invoice_tree",
                {"arrears_stage_id", "coverage_state"},
            ),
            "res.partner": ("base.view_partner_tree", {"arrears_amount", "coverage_alert"}),
        }
        for model, (view, names) in wanted.items():
            fields = {}
            for user in (self.handler, self.cis_user):
                records = self.env[model].with_user(user)
                arch = records.get_view(self.env.ref(view).id, "list")["arch"]
                fields[user] = {part.split('"')[0] for part in arch.split('name="')[1:]}
                self.assertLessEqual(names, fields[user])
                self.assertFalse({"arrears_on_hold", "hold_ids"} & fields[user])
            self.assertNotIn("cis_alert", fields[self.handler])
            self.assertIn("cis_alert", fields[self.cis_user])
