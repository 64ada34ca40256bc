"""The case as a story: what is open, what was sent, what comes next and why, in words."""

from datetime import timedelta

from freezegun import freeze_time
from lxml import html

from odoo.tests import tagged

from .common import DAY
from .work_common import DUE, REMINDER_DAY, WorkCommon


@tagged("post_install", "-at_install")
class TestCaseStory(WorkCommon):
    def look(self, case, name, user=None):
        """Return in words what a user reads in a field of a case."""
        self.env.flush_all()
        self.env.invalidate_all()
        case = case.with_user(user or self.reader)
        case = case.with_context(allowed_company_ids=self.company.ids)
        return " ".join(html.fromstring(case[name]).text_content().split())

    def story(self, case, day, user=None):
        with freeze_time(day):
            return self.look(case, "story", user)

    def timeline(self, case, day, user=None):
        with freeze_time(day):
            return self.look(case, "timeline", user)

    def test_before_anything_was_sent(self):
        case, _other = self.make_two()
        said = self.story(case, DUE + DAY)
        self.assertIn("45.00 € premium, due on 15 January.", said)
        self.assertIn("Last sent Nothing yet.", said)
        self.assertIn(
            "Reminder on 22 January, because the premium of 15 January was not paid.", said
        )
        self.assertIn("15 January 2026", self.story(case, DUE + timedelta(days=400)))

    def test_after_the_reminder_and_after_the_14_day_notice(self):
        case, _other = self.make_two()
        self.run_on(REMINDER_DAY)
        day = self._format(case.next_step_date)
        self.assertIn(
            f"{case.next_stage_id.name} on {day}, because the reminder of 22 January was not paid.",
            self.story(case, REMINDER_DAY + DAY),
        )
        self.assertIn(
            f"{case.next_stage_id.name}, due since {day}, because the reminder of 22 January",
            self.story(case, case.next_step_date),
        )
        notice = self.formal_notice(self.moves[0], REMINDER_DAY + DAY)
        last = self._format(notice.last_day)
        self.assertIn(f"; the customer has until {last}.", self.story(case, notice.last_day))
        late = self.story(case, notice.last_day + DAY)
        self.assertIn(f"; its last day, {last}, passed unpaid.", late)
        self.assertIn(f"because the 14-day notice of {self._format(notice.sent_on)}", late)

    def _format(self, day):
        return f"{day.day} {day:%B}"

    def test_a_notice_that_did_not_arrive(self):
        case, _other = self.make_two()
        self.run_on(REMINDER_DAY)
        case.notice_ids.sudo()._fail("returned", REMINDER_DAY + DAY)
        case.item_ids.sudo()._project(REMINDER_DAY + DAY)
        said = self.story(case, REMINDER_DAY + DAY)
        self.assertIn("Reminder of 22 January did not arrive: The letter came back", said)
        self.assertIn("because the reminder of 22 January did not arrive.", said)

    def test_a_letter_that_has_to_leave_first(self):
        case, _other = self.make_two()
        self.run_on(REMINDER_DAY, post_letters=False)
        said = self.story(case, REMINDER_DAY)
        self.assertIn("Reminder of 22 January (Post) is on its way out.", said)
        self.assertIn("Reminder of 22 January has to leave first.", said)

    def test_a_hold_without_its_kind(self):
        """Debt help reads as any other hold that only a person ends; to everybody."""
        case, other = self.make_two()
        holds = self.env["arrears.hold"].sudo()
        with freeze_time(DUE + DAY):
            holds._place(case, "debt_help", DUE + DAY, "Stadsbank", helper_name="Stadsbank")
            holds._place(other, "dispute", DUE + DAY, "Says so")
            told = []
            for one in (case, other):
                texts = [self.look(one, name, self.handler) for name in ("story", "timeline")]
                joined = " ".join(texts).replace(one.item_ids.reference, "INVOICE")
                told.append(joined)
                self.assertIn("On hold until somebody ends it.", texts[0])
                self.assertNotIn("Stadsbank", joined)
                self.assertNotIn("ebt", joined)
        self.assertEqual(*told)

    def test_a_hold_with_a_day_then_a_fresh_term(self):
        case, _other = self.make_two()
        with freeze_time(DUE + DAY):
            self.env["arrears.hold"].sudo()._place(
                case, "deferral", DUE + DAY, "Asked", end=DUE + 10 * DAY
            )
        said = self.story(case, DUE + 2 * DAY)
        self.assertIn("Not earlier: the hold and a fresh term pass first.", said)
        self.assertIn("25 January The hold ends", self.timeline(case, DUE + 2 * DAY))

    def test_an_arrangement(self):
        case, _other = self.make_two()
        made = self.arrange(case.item_ids, DUE + 2 * DAY, count=2)
        said = self.story(case, DUE + 3 * DAY)
        self.assertIn(f"Arrangement {made.name} runs: the next instalment is", said)
        self.assertIn("by 16 February.", said)
        ahead = self.timeline(case, DUE + 3 * DAY)
        self.assertIn("16 February Instalment 1", ahead)
        made.instalment_ids.sorted("date")[:1].sudo().missed_on = DUE + 40 * DAY
        self.assertIn("of 16 February was missed.", self.story(case, DUE + 41 * DAY))

    def test_items_that_go_different_ways_are_named(self):
        case, _other = self.make_two()
        self.run_on(REMINDER_DAY)
        later = self.make_invoice(REMINDER_DAY)
        self.run_on(REMINDER_DAY + DAY)
        said = self.story(case, REMINDER_DAY + DAY)
        self.assertIn("premium of 2 invoices, the oldest due on 15 January.", said)
        self.assertIn(f"{self.moves[0].name}: ", said)
        self.assertIn(f"{later.name}: Reminder on 29 January, because the premium of", said)

    def test_with_a_fee_and_when_all_is_paid(self):
        case, _other = self.make_two()
        self.formal_notice(self.moves[0], REMINDER_DAY)
        day = self.walk_until(REMINDER_DAY + 30 * DAY, lambda: case.amount_fee_open)
        self.assertIn("and 40.00 € costs and interest.", self.story(case, day))
        self.pay_invoice(self.moves[0], day)
        said = self.story(case, day)
        self.assertIn("All premium was paid;", said)
        self.assertIn("No step follows by itself.", said)
        self.pay(case.fee_ids.move_line_id, 40.0, day)
        self.assertEqual(case.state, "closed")
        said = self.story(case, day)
        self.assertIn(f"All was paid; closed on {self._format(case.closed_on)}.", said)
        self.assertNotIn("What comes next", said)

    def test_the_time_line_tells_what_lies_ahead_and_what_happened(self):
        case, _other = self.make_two()
        notice = self.formal_notice(self.moves[0], REMINDER_DAY)
        self.pay_invoice(self.moves[0], notice.sent_on + DAY, amount=10.0)
        said = self.timeline(case, notice.sent_on + 2 * DAY)
        ahead, past = said.split("What happened")
        self.assertIn(f"{self._format(notice.last_day)} Last day to pay: ", ahead)
        self.assertIn("can be charged, the cover can stop.", ahead)
        self.assertLess(past.index("Credited on"), past.index("Notice sent: 14-day"))
        self.assertLess(past.index("Notice sent: 14-day"), past.index("Notice sent: Reminder"))
        self.assertLess(past.index("Notice sent: Reminder"), past.index("Case opened"))
        self.assertNotIn("Notice made", past, "it was sent: one row tells it")
        self.assertNotIn("Stage changed", past)

    def test_what_is_about_cis_is_told_to_who_may_know(self):
        case, _other = self.make_two()
        self.env["arrears.case.history"].sudo()._record(case, "cis", day=DUE + 2 * DAY)
        self.assertNotIn("CIS", self.timeline(case, DUE + 3 * DAY, self.handler))
        self.assertIn("CIS registration", self.timeline(case, DUE + 3 * DAY, self.cis_user))
        # In one transaction too: who asks second is not told what the first one may see.
        with freeze_time(DUE + 3 * DAY):
            for user, told in ((self.cis_user, True), (self.handler, False)):
                said = case.with_user(user).timeline
                self.assertEqual("CIS registration" in said, told)
