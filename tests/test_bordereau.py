"""The bordereau: each event reported once, numbered without gaps, taken back by counter-rows."""

import base64
import csv
import io
from datetime import date, timedelta

import openpyxl

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..models.arrears_notice_evidence import sha256
from .list_common import LISTED, ListCommon
from .notice_common import LATER, MADE, STOPPED, NoticeCommon

FIRST, LAST = date(2026, 3, 1), date(2026, 3, 31)
APRIL = date(2026, 4, 30)


@tagged("post_install", "-at_install")
class TestBordereau(NoticeCommon, ListCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.car = cls.make_policy(name="M-1", line_of_business="motor", licence_plate="GB-123-K")
        warning = cls.make_notice("formal_notice", MADE, cls.car, render=False)
        warning._mark_sent(MADE)
        cls.car.sudo()._suspend(STOPPED, warning, {})
        cls.gap = cls.car.gap_ids.sudo()

    def make_bordereau(self, first=FIRST, last=LAST, day=None, **values):
        bordereau = self.env["insurance.bordereau"].create(
            {
                "insurer_id": self.insurer.id,
                "company_id": self.company.id,
                "date_from": first,
                "date_to": last,
                **values,
            }
        )
        bordereau.make(day or last)
        return bordereau

    def rows_of(self, bordereau):
        return [
            (line.event, line.policy_id.name, line.day, bool(line.corrects_id))
            for line in bordereau.line_ids.sorted("number")
        ]

    # === WHAT IT REPORTS === #

    def test_stopped_back_and_ended_in_the_order_of_their_days(self):
        self.gap.resume = LATER
        self.policy.end_date = LAST
        bordereau = self.make_bordereau()
        self.assertEqual(
            self.rows_of(bordereau),
            [
                ("suspended", "M-1", STOPPED, False),
                ("resumed", "M-1", LATER, False),
                ("terminated", self.policy.name, LAST, False),
            ],
        )
        self.assertIn(self.gap.notice_id.name, bordereau.line_ids.sorted("number")[0].reason)

    def test_only_what_the_office_decides_for_this_insurer_in_this_company(self):
        self.car.office_role = "intermediary"
        other = self.setup_other_company()["company"]
        self.make_policy(name="X", company_id=other.id, end_date=LAST)
        zuid = self.env["res.partner"].create({"name": "Zuid", "is_insurer": True})
        self.make_policy(name="Z", insurer_id=zuid.id, end_date=LAST)
        self.assertFalse(self.make_bordereau().line_ids)
        self.assertEqual(
            self.rows_of(self.make_bordereau(insurer_id=zuid.id)),
            [("terminated", "Z", LAST, False)],
        )

    def test_what_the_insurer_told_us_is_no_news_to_it(self):
        self.theirs.office_role = "authorised_agent"
        self.load(self.row(since=date(2026, 3, 2), ended=LISTED), complete=False)
        self.assertEqual(self.theirs.end_date, LISTED)
        self.assertEqual({row[1] for row in self.rows_of(self.make_bordereau())}, {"M-1"})

    def test_the_day_the_rdw_was_told_stands_with_it(self):
        told = STOPPED + timedelta(days=1)
        self.env["insurance.rdw.notice"].sudo()._ensure_rdw_notices(told, self.company)
        self.car.rdw_notice_ids.mark_told(told)
        self.assertEqual(self.make_bordereau().line_ids.rdw_told_on, told)

    # === ONCE, AND NONE LOST === #

    def test_each_event_stands_in_one_bordereau_and_late_news_in_the_next(self):
        first = self.make_bordereau()
        self.assertEqual(self.rows_of(first), [("suspended", "M-1", STOPPED, False)])
        self.policy.end_date = LAST  # a colleague records in April what was so in March
        self.gap.resume = date(2026, 4, 2)
        second = self.make_bordereau(LAST + timedelta(days=1), APRIL)
        self.assertEqual(
            self.rows_of(second),
            [
                ("terminated", self.policy.name, LAST, False),
                ("resumed", "M-1", date(2026, 4, 2), False),
            ],
        )
        self.assertEqual(second.line_ids.sorted("number").mapped("late"), [True, False])
        third = self.make_bordereau(APRIL + timedelta(days=1), date(2026, 5, 31))
        self.assertFalse(third.line_ids)

    def test_what_was_before_the_first_bordereau_is_not_reported(self):
        bordereau = self.make_bordereau(date(2026, 3, 10), LAST)
        self.assertFalse(bordereau.line_ids)
        second = self.make_bordereau(LAST + timedelta(days=1), APRIL)
        self.assertFalse(second.line_ids)

    def test_a_suspension_that_was_taken_back_is_countered(self):
        first = self.make_bordereau()
        self.gap._undo(LATER, "The letter was wrong")
        second = self.make_bordereau(LAST + timedelta(days=1), APRIL)
        self.assertEqual(self.rows_of(second), [("suspended", "M-1", STOPPED, True)])
        self.assertEqual(second.line_ids.corrects_id, first.line_ids)
        self.assertIn(first.name, second.line_ids.reason)
        third = self.make_bordereau(APRIL + timedelta(days=1), date(2026, 5, 31))
        self.assertFalse(third.line_ids, "countered once")

    def test_another_day_of_resumption_is_countered_and_told_anew(self):
        self.gap.resume = LATER
        self.make_bordereau()
        self.gap.resume = LATER + timedelta(days=5)
        second = self.make_bordereau(LAST + timedelta(days=1), APRIL)
        self.assertEqual(
            self.rows_of(second),
            [
                ("resumed", "M-1", LATER, True),
                ("resumed", "M-1", LATER + timedelta(days=5), False),
            ],
        )

    def test_a_suspension_taken_back_before_it_was_reported_is_no_row(self):
        self.gap._undo(LATER, "The letter was wrong")
        self.assertFalse(self.make_bordereau().line_ids)

    def test_numbers_have_no_gaps_per_company(self):
        first = self.make_bordereau()
        draft = self.env["insurance.bordereau"].create(
            {"insurer_id": self.insurer.id, "date_from": FIRST, "date_to": LAST}
        )
        with self.assertRaises(UserError), self.env.cr.savepoint():
            draft.make(LAST)
        second = self.make_bordereau(LAST + timedelta(days=1), APRIL)
        self.assertEqual((first.name, second.name), ("BD/2026/001", "BD/2026/002"))

    # === FILES === #

    def test_the_files_say_the_same_and_are_kept_with_their_hashes(self):
        self.customer.name = "=cmd|calc"
        bordereau = self.make_bordereau()
        content = base64.b64decode(bordereau.xlsx_file)
        self.assertEqual(sha256(content), bordereau.xlsx_hash)
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        header, row = ([cell.value for cell in cells] for cells in sheet.iter_rows())
        self.assertEqual(header[:5], ["bordereau", "regel", "soort", "mutatie", "polisnummer"])
        self.assertEqual(row[:5], [bordereau.name, 1, "opgeschort", "nieuw", "M-1"])
        self.assertEqual((row[6], row[7].date()), ("GB-123-K", STOPPED))
        self.assertEqual(sheet["F2"].data_type, "s", "a name is no formula")
        text = base64.b64decode(bordereau.csv_file)
        self.assertEqual(sha256(text), bordereau.csv_hash)
        rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig")), delimiter=";"))
        self.assertEqual(rows[0], header)
        self.assertEqual(rows[1][5:8], ["'=cmd|calc", "GB-123-K", str(STOPPED)])
        self.assertEqual(bordereau.action_verify()["params"]["type"], "success")

    def test_what_was_made_stays_as_it_was_made(self):
        bordereau = self.make_bordereau()
        for vals in ({"date_to": APRIL}, {"insurer_id": self.company.partner_id.id}):
            with self.assertRaisesRegex(UserError, "stays as it was made"):
                bordereau.write(vals)
        with self.assertRaisesRegex(UserError, "not written by hand"):
            bordereau.csv_hash = "0"
        with self.assertRaisesRegex(UserError, "made already"):
            bordereau.make(LAST)
        for record in (bordereau, bordereau.line_ids.sudo()):
            with self.assertRaisesRegex(UserError, "evidence"):
                record.unlink()
        file = self.env["ir.attachment"].search(
            [("res_model", "=", bordereau._name), ("res_field", "=", "csv_file")]
        )
        with self.assertRaisesRegex(UserError, "stays as it is"):
            file.raw = b"another"

    # === PERIODS, SENDING, ROLES === #

    def test_periods_that_cannot_be_reported_are_refused(self):
        with self.assertRaisesRegex(UserError, "more can happen"):
            self.make_bordereau(day=LAST - timedelta(days=1))
        self.make_bordereau()
        with self.assertRaisesRegex(UserError, "reports up to 2026-03-31"):
            self.make_bordereau(LAST, APRIL)
        proposed = self.env["insurance.bordereau"].create({"insurer_id": self.insurer.id})
        self.assertEqual((proposed.date_from, proposed.date_to), (LAST + timedelta(days=1), APRIL))

    def test_who_sent_it_when(self):
        bordereau = self.make_bordereau()
        with self.assertRaisesRegex(UserError, "was made on 2026-03-31"):
            bordereau.mark_sent(LAST - timedelta(days=1))
        bordereau.mark_sent("2026-04-01")
        self.assertEqual(
            (bordereau.state, bordereau.sent_on, bordereau.sent_by_id),
            ("sent", date(2026, 4, 1), self.env.user),
        )
        with self.assertRaisesRegex(UserError, "not sent yet"):
            bordereau.mark_sent(APRIL)

    def test_a_handler_makes_it_and_a_reader_reads_it(self):
        common = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        groups = "premium_arrears.group_%s"
        handler = new_test_user(self.env, "bd_handler", groups=groups % "handler", **common)
        reader = new_test_user(self.env, "bd_reader", groups=groups % "reader", **common)
        bordereau = (
            self.env["insurance.bordereau"]
            .with_user(handler)
            .create({"insurer_id": self.insurer.id, "date_from": FIRST, "date_to": LAST})
        )
        seen = bordereau.with_user(reader)
        with self.assertRaises(AccessError):
            seen.make(LAST)
        bordereau.make(LAST)
        self.assertEqual(bordereau.made_by_id, handler)
        self.assertEqual(seen.line_ids.policy_id, self.car)
        with self.assertRaises(AccessError):
            bordereau.line_ids.reason = "Something else"
        with self.assertRaises(AccessError):
            seen.mark_sent(LAST)
