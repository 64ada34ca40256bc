"""What a colleague sees at once: the warnings about cover, and the line of cover in time."""

from datetime import date, timedelta

from freezegun import freeze_time
from lxml import html

from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from .common import DAY
from .cover_common import DUE, TODAY, CoverCheckCommon


@tagged("post_install", "-at_install")
class TestCoverBanner(CoverCheckCommon):
    """What a colleague sees at once on contact, policy, invoice and case."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(date(2026, 2, 20)))

    def as_reader(self, record):
        return record.with_user(self.reader).with_context(allowed_company_ids=self.company.ids)

    def banners(self, notice):
        """Return the banner of contact, policy, invoice and case, in words."""
        item = notice.line_ids.item_id
        records = (item.partner_id, item.policy_ids, item.case_id)
        texts = [self.words(self.as_reader(record).coverage_banner) for record in records]
        # A reader sees the banner of an invoice when the office lets him see invoices at all.
        self.reader.group_ids += self.env.ref("account.group_account_readonly")
        return [*texts, self.words(self.as_reader(item.move_id).coverage_banner)]

    def test_at_risk_names_the_policy_the_day_and_the_amount(self):
        notice = self.warn(self.motor)
        for said in self.banners(notice):
            self.assertIn("Motor NLS-204.988, GB-123-K: cover at risk after 02/23/2026", said)
            self.assertIn("45.00", said)
            self.assertIn("stops on the day after", said)
        url = f"/odoo/insurance-policies/{self.motor.id}"
        self.assertIn(url, self.as_reader(self.customer).coverage_banner)
        self.assertIn("alert-warning", self.as_reader(self.customer).coverage_banner)

    def test_suspended_says_since_when_and_what_brings_it_back(self):
        notice = self.warn(self.motor)
        self.motor.sudo()._suspend(date(2026, 2, 19), notice, {})
        for said in self.banners(notice):
            self.assertIn("no cover since 02/19/2026", said)
            self.assertIn("It is back on the day after all overdue premium was credited", said)
        self.pay_invoice(notice.line_ids.item_id.move_id, credited_on=date(2026, 2, 20))
        self.env.invalidate_all()
        self.assertIn(
            "the cover is back on 02/21/2026",
            self.words(self.as_reader(self.customer).coverage_banner),
        )

    def test_an_intermediary_is_sent_to_the_insurer(self):
        policy = self.make_policy(office_role="intermediary")
        notice = self.warn(policy)
        self.assertIn(
            f"{self.insurer.name} may stop the cover",
            self.words(self.as_reader(policy).coverage_banner),
        )
        with freeze_time(notice.last_day + DAY):
            self.env.invalidate_all()
            said = self.words(self.as_reader(policy).coverage_banner)
        self.assertIn(f"Ask {self.insurer.name} whether there is cover", said)

    def test_nothing_to_say_is_no_banner(self):
        move = self.make_invoice(DUE)
        for record in (self.customer, self.policy, move):
            self.assertFalse(record.coverage_banner)

    def test_nothing_crosses_companies(self):
        other = self.setup_other_company()["company"]
        there = self.make_policy(company_id=other.id, name="THERE-1")
        self.make_gap(there, start=date(2026, 2, 1), resume=False)
        mine = self.as_reader(self.customer)
        for partner in (mine, mine.sudo()):  # as a colleague, and as the engine or the portal
            self.env.invalidate_all()
            self.assertFalse(partner.coverage_banner)
        both = self.customer.with_context(allowed_company_ids=(self.company | other).ids)
        self.assertIn("THERE-1", both.coverage_banner)

    def test_who_is_no_reader_cannot_read_it(self):
        stranger = new_test_user(self.env, "stranger", groups="base.group_partner_manager")
        with self.assertRaises(AccessError):
            self.customer.with_user(stranger).read(["coverage_banner"])

    def test_many_contacts_cost_the_queries_of_few(self):
        counts = {}
        for count in (2, 20):
            customers = self.env["res.partner"]
            for number in range(count):
                customer = self.make_customer(f"Many {number}")
                self.make_gap(
                    self.make_policy(partner_id=customer.id), date(2026, 2, 1), resume=False
                )
                customers |= customer
            customers.mapped("coverage_banner")  # templates, currency and the like are known then
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            with self.assertQueryCount(counts.get(2, 30)):
                self.assertTrue(all(customers.mapped("coverage_banner")))
            counts[count] = self.env.cr.sql_log_count - before


@tagged("post_install", "-at_install")
class TestCoverLine(CoverCheckCommon):
    """The cover of a policy in time, as a line on its form."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(freeze_time(TODAY))

    def stretches(self, policy):
        """Return the stretches as (kind, width in percent, tooltip)."""
        tree = html.fromstring(str(policy.cover_line))
        bars = tree.xpath("//div[contains(@class, 'o_arrears_cover_bar')]/div")
        return [
            (
                bar.get("class").rsplit("_", 1)[1],
                float(bar.get("style").split()[1].rstrip("%")),
                bar.get("title"),
            )
            for bar in bars
        ]

    def test_twelve_months_with_a_gap(self):
        self.make_gap(self.policy)
        found = self.stretches(self.policy.with_user(self.reader))
        self.assertEqual([kind for kind, _w, _t in found], ["covered", "suspended", "covered"])
        self.assertAlmostEqual(sum(width for _k, width, _t in found), 100, 2)
        self.assertAlmostEqual(found[1][1], 100 * 14 / 365, 2)
        self.assertEqual(found[1][2], "No cover from 02/24/2026 to 03/09/2026 (14 days)")
        said = self.words(self.policy.cover_line)
        self.assertIn("04/02/2025", said)
        self.assertIn("04/01/2026", said)
        label = html.fromstring(str(self.policy.cover_line)).xpath("//*[@role='img']/@aria-label")
        self.assertIn("No cover from 02/24/2026", label[0])

    def test_a_young_policy_begins_with_its_start_and_an_ended_one_turns_grey(self):
        young = self.make_policy(start_date=date(2026, 3, 1))
        self.assertEqual([kind for kind, _w, _t in self.stretches(young)], ["covered"])
        self.assertIn("03/01/2026", self.words(young.cover_line))
        young.end_date = date(2026, 3, 15)
        self.assertEqual([kind for kind, _w, _t in self.stretches(young)], ["covered", "none"])
        later = self.make_policy(start_date=TODAY + timedelta(days=9))
        self.assertEqual([kind for kind, _w, _t in self.stretches(later)], ["none"])

    def test_a_policy_that_is_being_made_has_no_line_yet(self):
        self.assertFalse(Form(self.env["insurance.policy"]).cover_line)

    def test_days_as_a_dutch_colleague_writes_them(self):
        self.env["res.lang"]._activate_lang("nl_NL")
        self.make_gap(self.policy)
        self.assertIn("24-02-2026", self.policy.with_context(lang="nl_NL").cover_line)
