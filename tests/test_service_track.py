"""What the insurer collects itself: we warn, call and help; no fee, no suspension, no demand."""

import io
import re
import shutil
from datetime import date, timedelta

import textstat
from psycopg2.errors import CheckViolation
from pypdf import PdfReader

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from . import test_notice_plain as plain
from .list_common import LISTED, NEXT, ListCommon
from .notice_common import NoticeCommon

SINCE = date(2026, 2, 20)


@tagged("post_install", "-at_install")
class TestServiceTrack(ListCommon):
    def case(self):
        return self.items_of().case_id

    # === NEVER A FEE, NEVER A STEP OF A COLLECTOR === #

    def test_half_a_year_on_the_list_brings_two_messages_a_call_and_no_fee(self):
        """The office is registered and an agent: it may charge fees, but not here."""
        self.theirs.office_role = "authorised_agent"
        self.load(self.row())
        for days in (0, 1, 14, 15, 16, 30, 60, 90, 120, 150, 180):
            self.run_on(LISTED + timedelta(days=days))
        case = self.case()
        self.assertEqual(case.notice_ids.mapped("kind"), ["service_notice"] * 2)
        self.assertEqual(set(case.action_ids.mapped("kind")), {"notice"})
        self.assertEqual(
            self.env["arrears.phone.call"].search_count([("case_id", "=", case.id)]), 1
        )
        self.assertFalse(case.fee_ids or case.interest_ids)
        self.assertFalse(self.theirs.gap_ids, "only the insurer stops this cover")
        self.assertEqual((case.state, case.amount_due), ("open", 45.0))
        for notice in case.notice_ids:
            self.assertEqual(
                (notice.fee_announced, notice.interest_stated, notice._get_amount_to_pay()),
                (0.0, 0.0, 0.0),
            )
            self.assertFalse(notice.last_day or notice.stated_last_day or notice.names_suspension)

    def test_a_row_without_a_reference_is_called_by_its_policy(self):
        self.load(self.row(reference=""))
        self.run_on(LISTED)
        line = self.case().notice_ids.line_ids
        self.assertEqual(line.reference, "NN-1001")
        self.assertEqual(line.item_id.reference, "NN-1001")
        why = self.case().action_ids.why["items"]
        self.assertEqual([row["reference"] for row in why], ["NN-1001"])

    def test_it_does_not_count_for_the_fee_of_what_we_collect_at_the_same_insurer(self):
        invoice = self.make_invoice(date(2026, 2, 1))
        self.load(self.row(amount=5000.0))
        self.run_on(LISTED)
        ours = self.case_of(invoice)
        self.assertNotEqual(ours, self.case())
        self.assertEqual((ours.amount_open, ours.amount_due), (45.0, 45.0))
        self.run_on(LISTED + timedelta(days=15))
        notice = self.notices_of(invoice, "formal_notice")
        self.assertEqual(notice.fee_announced, 40.0)
        self.assertEqual(notice.line_ids.item_id.move_id, invoice)
        self.assertEqual(notice._get_amount_to_pay(), 45.0)

    def test_whoever_tries_is_refused(self):
        self.load(self.row())
        self.run_on(LISTED)
        item, case = self.items_of().sudo(), self.case().sudo()
        notice, stage = case.notice_ids, case.notice_ids.stage_id
        self.assertFalse(item._may_cause_fee(LISTED))
        self.assertFalse(item._law_claims())
        self.assertFalse(notice._get_suspendable(NEXT)[notice])
        ended = notice._get_term_ended(NEXT + timedelta(days=90), self.company)
        self.assertFalse(ended, "no term of ours runs")
        charge = {"case_id": case.id, "notice_id": notice.id, "amount": 40.0}
        run = self.runs.search([], limit=1).sudo()
        step = {"run_id": run.id, "case_id": case.id, "stage_id": stage.id}
        refused = [
            lambda: self.env["arrears.fee"].sudo().create(charge),
            lambda: (
                self.env["arrears.interest"]
                .sudo()
                .create({**charge, "item_id": item.id, "first_day": SINCE, "last_day": LISTED})
            ),
            *(
                lambda kind=kind: self.env["arrears.action"].sudo().create({**step, "kind": kind})
                for kind in ("fee", "suspend", "handover", "termination")
            ),
            lambda: self.theirs.sudo()._suspend(NEXT, notice, {}),
        ]
        attempts = [(attempt, ValidationError) for attempt in refused]
        attempts.append(
            (
                lambda: case.write({"state": "handed_over"}) or case.flush_recordset(),
                CheckViolation,
            )
        )
        for number, (attempt, error) in enumerate(attempts):
            with (
                self.subTest(number=number),
                mute_logger("odoo.sql_db"),
                self.assertRaises(error),
                self.env.cr.savepoint(),
            ):
                attempt()

    def test_a_procedure_for_the_insurer_has_service_messages_only(self):
        service = self.env.ref("premium_arrears.procedure_insurer")
        consumer = self.env.ref("premium_arrears.procedure_consumer")
        for procedure, kind in ((service, "handover"), (consumer, "service_notice")):
            with self.subTest(kind=kind), self.assertRaisesRegex(ValidationError, "service"):
                procedure.stage_ids[0].kind = kind
        with self.assertRaisesRegex(ValidationError, "service"):
            consumer.collected_by = "insurer"
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            service.stage_ids[0].charges_fee = True
        self.assertFalse(service.stage_ids[0].charges_fee)

    def test_the_procedure_of_a_policy_cannot_bring_it_to_the_collectors_ladder(self):
        self.theirs.procedure_id = self.env.ref("premium_arrears.procedure_consumer")
        self.load(self.row())
        self.assertEqual(
            self.items_of().procedure_id, self.env.ref("premium_arrears.procedure_insurer")
        )

    def test_a_payment_that_waits_with_us_stops_no_help(self):
        """Money that reached the office pays nothing of what the insurer collects."""
        invoice = self.make_invoice(date(2026, 6, 1))
        self.load(self.row())
        self.pay_invoice(invoice, date(2026, 3, 1), amount=200.0)
        self.run_on(LISTED)
        self.assertEqual(self.case().notice_ids.kind, "service_notice")

    def test_it_can_be_held_and_moved_like_any_other(self):
        self.load(self.row())
        self.env["arrears.hold"].create(
            {"case_id": self.case().id, "kind": "debt_help", "start": LISTED, "reason": "Told us"}
        )
        self.run_on(LISTED)
        self.assertFalse(self.case().notice_ids)
        second = self.env.ref("premium_arrears.stage_insurer_call")
        self.case().hold_ids.end = LISTED
        self.items_of().sudo()._move_to_stage(second, LISTED, "Called already")
        self.assertEqual(self.items_of().next_stage_id, second)

    # === WHAT THE INSURER SAYS OF COVER === #

    def test_suspended_since_opens_a_gap_from_the_day_the_insurer_says(self):
        self.load(self.row(since=SINCE))
        gap = self.gaps_of()
        self.assertEqual((gap.start, gap.source, gap.resume), (SINCE, "insurer", False))
        self.assertFalse(gap.notice_id)
        self.assertEqual(gap.case_id, self.case())
        self.assertEqual(self.theirs.coverage_state, "suspended")
        self.assertFalse(self.theirs.covered_on(SINCE))

    def test_premium_paid_to_us_does_not_bring_back_what_the_insurer_stopped(self):
        self.load(self.row(since=SINCE))
        invoice = self.make_invoice(date(2026, 1, 1), policies=self.theirs)
        self.run_on(LISTED)
        self.pay_invoice(invoice, LISTED)
        self.assertFalse(self.gaps_of().resume)

    def test_back_on_the_day_the_list_tells(self):
        self.load(self.row(since=SINCE))
        self.load(self.row(back=date(2026, 3, 20)), day=NEXT)
        gap = self.gaps_of()
        self.assertEqual((gap.resume, gap.resume_assumed), (date(2026, 3, 20), False))
        self.assertEqual(self.theirs.coverage_state, "at_risk")

    def test_back_the_day_after_a_list_that_no_longer_says_suspended(self):
        other = self.make_policy(collection_method="insurer", name="NN-2")
        self.load(self.row(since=SINCE), self.row(other, since=SINCE))
        self.load(self.row(since=None), day=NEXT)
        for gap in (self.gaps_of(), self.gaps_of(other)):
            self.assertEqual((gap.resume, gap.resume_assumed), (NEXT + timedelta(days=1), True))
        self.load(self.row(back=date(2026, 3, 25)), day=NEXT + timedelta(days=3))
        self.assertEqual(
            (self.gaps_of().resume, self.gaps_of().resume_assumed), (date(2026, 3, 25), False)
        )

    def test_a_part_of_a_list_is_silent_about_the_others(self):
        other = self.make_policy(collection_method="insurer", name="NN-2")
        self.load(self.row(since=SINCE), self.row(other, since=SINCE))
        self.load(self.row(other, since=SINCE), day=NEXT, complete=False)
        self.assertFalse(self.gaps_of().resume)

    def test_an_assumption_that_was_wrong_is_put_right(self):
        self.load(self.row(since=SINCE))
        self.load(self.row(), day=NEXT)
        self.load(self.row(since=SINCE), day=NEXT + timedelta(days=7))
        gaps = self.gaps_of()
        self.assertFalse(gaps[0]._holds_a_day())
        self.assertEqual((gaps[1].start, gaps[1].resume), (SINCE, False))
        self.assertFalse(self.theirs.covered_on(NEXT + timedelta(days=3)))

    def test_another_day_of_suspension_replaces_the_first(self):
        self.load(self.row(since=SINCE))
        self.load(self.row(since=SINCE + timedelta(days=3)), day=NEXT)
        self.assertTrue(self.theirs.covered_on(SINCE))
        self.assertFalse(self.theirs.covered_on(SINCE + timedelta(days=3)))

    def test_back_before_it_stopped_is_refused(self):
        early = SINCE - timedelta(days=1)
        wrong = self.preview(self.row(since=SINCE, back=early))
        self.assertIn("before it was suspended", wrong.line_ids.note)
        self.load(self.row(since=SINCE))
        later = self.preview(self.row(back=early), day=NEXT)
        self.assertIn("before it was suspended on 2026-02-20", later.line_ids.note)
        with self.assertRaises(UserError):
            later.load(NEXT)
        self.assertFalse(self.gaps_of().resume)

    def test_two_rows_of_one_policy_must_agree(self):
        rows = (self.row(since=SINCE), self.row(due=date(2026, 1, 1), since=LISTED))
        self.assertEqual(self.counts(self.preview(*rows)), {"error": 2})

    def test_the_insurer_ends_a_policy(self):
        ended = date(2026, 3, 1)
        self.load(self.row(since=SINCE, ended=ended))
        self.assertEqual((self.theirs.end_date, self.theirs.coverage_state), (ended, "ended"))
        self.assertIn("terminated", self.case().history_ids.mapped("event"))
        early = self.preview(self.row(ended=date(2023, 1, 1)), day=NEXT)
        self.assertIn("cannot end before it starts", early.line_ids.note)


@tagged("post_install", "-at_install")
class TestServiceLetter(NoticeCommon, ListCommon):
    """Nothing is asked to be paid to the office; the letter is whole, plain and on one page."""

    def make_service(self, policies=None, lang="nl_NL", since=None, ended=None, **values):
        policies = policies or self.theirs
        policies.partner_id.lang = lang
        first = policies[:1]
        self.load(
            *(
                self.row(
                    policy,
                    since=since if policy == first else None,
                    ended=ended if policy == policies[-1] else None,
                    reference=f"DOS-{policy.id}",
                )
                for policy in policies
            ),
            complete=False,
        )
        case = self.env["arrears.case"].search(
            [("partner_id", "=", policies.partner_id.id), ("collected_by", "=", "insurer")]
        )
        run = self.run_of(LISTED)
        stage = self.env.ref("premium_arrears.stage_insurer_service")
        action = run.action_ids.create(
            {
                "run_id": run.id,
                "case_id": case.id,
                "stage_id": stage.id,
                "kind": "notice",
                "state": "done",
                "item_ids": case.item_ids.ids,
            }
        )
        notice = run.notice_ids._make(action, case.item_ids.sudo())
        notice._render_text()
        return notice

    def theirs_of(self, name, **values):
        policies = self.four_policies(self.make_customer(name, **values))
        policies.write({"collection_method": "insurer", "office_role": "intermediary"})
        return policies

    def test_the_letter_is_whole_in_both_languages(self):
        for lang in ("nl_NL", "en_US"):
            policies = self.theirs_of(f"Whole {lang}")
            notice = self.make_service(policies, lang, since=SINCE, ended=LISTED)
            with self.subTest(lang=lang):
                self.assertEqual(notice._missing_parts(), ())
                cover = self.part_of(notice, "cover")
                for policy in policies:
                    self.assertIn(policy.name, cover)
                self.assertIn("RDW", self.part_of(notice, "rdw"))
                self.assertIn("GB-123-K", self.part_of(notice, "rdw"))
                self.assertIn(self.insurer.name, self.part_of(notice, "principal"))
                self.assertIn("0800-8115", self.part_of(notice, "help"))
                self.assertIn(self.company.phone, self.part_of(notice, "help"))
                self.assertIn("DOS-", self.part_of(notice, "items"))

    def test_it_asks_for_no_money_of_ours(self):
        self.env["res.partner.bank"].create(
            {"acc_number": "NL20INGB0001234567", "partner_id": self.insurer.id}
        )
        notice = self.make_service(lang="en_US")
        letter = self.text_of_html(self.letter_of(notice))
        numbers = letter.replace(" ", "")
        self.assertIn("NL20INGB0001234567", numbers)
        self.assertNotIn("NL91ABNA0417164300", numbers)
        self.assertNotIn("collection costs", letter)
        self.assertNotIn("40.00", letter)
        self.assertNotIn("Payment code", self.letter_of(notice))
        self.assertIn("We do not collect this premium", letter)

    def test_without_an_account_of_the_insurer_there_is_none(self):
        text = self.text_of(self.make_service(lang="en_US"))
        self.assertFalse(re.search(r"NL\d\d", text))

    def test_an_office_that_writes_its_own_account_in_it_sends_nothing(self):
        notice = self.make_service(lang="en_US")
        notice.body_html = str(notice.body_html) + "<p>Pay to NL91 ABNA 0417 1643 00</p>"
        self.assertEqual(notice._missing_parts(), ("not_to_us",))
        notice.body_html = str(notice.body_html).replace(self.insurer.name, "them")
        self.assertIn("pay_insurer", notice._missing_parts())

    def test_basic_health_is_never_said_to_stop(self):
        self.theirs.line_of_business = "health_basic"
        notice = self.make_service(lang="en_US")
        self.assertEqual(notice._missing_parts(), ())
        self.assertNotIn("Are you still insured", self.text_of(notice))
        self.assertNotIn("RDW", self.text_of(notice))

    def test_a_text_that_loses_a_part_cannot_be_saved(self):
        view = self.env.ref("premium_arrears.notice_text_service_notice")
        with self.assertRaisesRegex(ValidationError, "paid to the insurer"):
            view.arch = view.arch.replace('data-part="pay_insurer"', 'data-part="other"')

    def test_the_dutch_is_plain_and_fits_on_one_page(self):
        textstat.set_lang("nl")
        plain_text = plain.TestNoticePlain.plain_text
        for debtor in ("consumer", "business"):
            policies = self.theirs_of(f"Plain {debtor}", debtor_type=debtor)
            notice = self.make_service(policies, since=SINCE, ended=LISTED)
            ease = textstat.flesch_reading_ease(plain_text(self, notice))
            with self.subTest(debtor=debtor, ease=round(ease)):
                self.assertGreaterEqual(round(ease), plain.PLAIN_ENOUGH)
            self.assertIn("Kunt u niet", self.text_of(notice))
        if not shutil.which("wkhtmltopdf"):
            self.skipTest("wkhtmltopdf is not installed")
        with self.allow_pdf_render():
            notice._make_letter()
        self.assertEqual(len(PdfReader(io.BytesIO(notice.attachment_id.raw)).pages), 1)
