"""Letters about arrangements: what was agreed, how to pay it, what of the cover, who helps."""

import io
import re
import shutil
from datetime import date
from unittest.mock import patch

import textstat
from pypdf import PdfReader

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..models import qr_code
from ..models.arrears_arrangement_make import Terms
from . import test_notice_plain
from .notice_common import AGREED, DUE, LAST, LATER, MADE, STOPPED, NoticeCommon

FIRST = date(2026, 4, 1)
LANGUAGES = ("nl_NL", "en_US")


@tagged("post_install", "-at_install")
class TestNoticeArrangement(NoticeCommon):
    plain_text = test_notice_plain.TestNoticePlain.plain_text

    def arrange(self, policies=None, *, count=3, kind="arrangement", **terms):
        """Return a started arrangement over what is open of these policies, and its letter."""
        policies = policies or self.policy
        self.make_warned(policies)
        arrangements = self.env["arrears.arrangement"].sudo()
        sources = arrangements._get_sources(self.items_of(policies))
        made = arrangements._make(
            sources, Terms(first_day=FIRST, count=count, **terms), LATER, kind=kind
        )
        made._propose(LATER)
        if made.needs_approval:
            made._approve(LATER, self.env.user)
        letter = self.notices_about(made)
        letter._render_text()
        return made, letter

    def notices_about(self, arrangement):
        notices = arrangement.case_ids.notice_ids
        return notices.filtered(lambda n: (n.facts or {}).get("arrangement") == arrangement.name)

    def tell(self, arrangement, kind, render=True, **facts):
        notice = arrangement.env["arrears.notice"]._make_messages(
            [
                {
                    "case": arrangement.case_ids[:1],
                    "kind": kind,
                    "facts": {**arrangement._get_letter_facts(), **facts},
                }
            ],
            LATER,
        )
        if kind in ("instalment_missed", "arrangement_broken"):
            notice.stated_last_day = LAST
        if render:
            notice._render_text()
        return notice

    def pages_of(self, notice):
        with self.allow_pdf_render():
            notice._make_letter()
        return len(PdfReader(io.BytesIO(notice.attachment_id.raw)).pages)

    # === WHAT WAS AGREED === #

    def test_each_instalment_has_its_day_amount_and_reference(self):
        made, letter = self.arrange()
        table = self.part_of(letter, "instalments")
        for part in made.instalment_ids:
            for text in (
                letter._in_language()._format_day(part.date),
                letter._format_amount(part.amount),
                part.payment_reference,
            ):
                self.assertIn(" ".join(text.split()), table)
        self.assertEqual(letter._missing_parts(), ())
        self.assertIn("geen kosten en geen rente", self.part_of(letter, "free"))
        self.assertIn("Uw nieuwe premies lopen gewoon door", self.text_of(letter))

    def test_the_next_instalment_is_what_to_pay_now(self):
        made, letter = self.arrange()
        first = made.instalment_ids[0]
        self.assertEqual(letter._get_amount_to_pay(), first.amount)
        self.assertIn(f"Kenmerk{first.payment_reference}", self.text_of(letter).replace(" ", ""))
        self.assertIn("Uiterlijk opwoensdag 1 april 2026", self.text_of(letter))
        letter.facts = {
            **letter.facts,
            "instalments": [
                {**row, "paid": number == 0}
                for number, row in enumerate(letter.facts["instalments"])
            ],
        }
        letter._render_text()
        second = made.instalment_ids[1]
        self.assertEqual(letter._get_payment_reference(), second.payment_reference)
        self.assertIn("(betaald)", self.part_of(letter, "instalments"))

    def test_the_payment_code_has_the_reference_where_banks_look_for_it(self):
        made, letter = self.arrange()
        first = made.instalment_ids[0]
        for notice, reference, text in (
            (letter, first.payment_reference, ""),
            (self.make_notice("final_notice", LATER), "", True),
        ):
            draw = patch.object(qr_code, "draw_qr_code", side_effect=qr_code.draw_qr_code)
            with draw as drawn:
                self.assertTrue(notice._get_qr_code())
            lines = drawn.call_args.args[0].split("\n")
            # EPC069-12: the amount, the structured reference, the text.
            self.assertEqual(lines[7], f"EUR{notice._get_amount_to_pay()}")
            self.assertEqual(lines[9], reference)
            self.assertEqual(lines[10], notice.name if text else "")

    def test_a_lost_reference_is_found(self):
        _made, letter = self.arrange()
        lost = letter.facts["instalments"][1]["reference"]
        letter.body_html = str(letter.body_html).replace(lost, "")
        self.assertEqual(letter._missing_parts(), ("instalments",))

    def test_a_changed_arrangement_says_so(self):
        made, letter = self.arrange()
        self.assertIn("Fijn dat wij samen een oplossing hebben gevonden", self.text_of(letter))
        changed = self.tell(made, "arrangement")
        self.assertIn("Wij hebben uw betalingsregeling veranderd", self.text_of(changed))
        self.assertNotIn("Fijn dat", self.text_of(changed))
        letter._render_text()
        self.assertIn("Fijn dat", self.text_of(letter))
        other, letter = self.arrange(self.make_policy())
        self.assertEqual(other.case_ids, made.case_ids)
        self.assertIn("Fijn dat", self.text_of(letter))

    def test_what_is_open_of_the_next_instalment_is_asked(self):
        made, letter = self.arrange()
        first = made.instalment_ids[0]
        first.amount_paid = 5.0
        letter._render_text()
        self.assertEqual(letter._get_amount_to_pay(), first.amount_open)
        self.assertIn(first.payment_reference, self.text_of(letter))

    def test_who_missed_one_before_did_not_just_forget_it(self):
        made, _letter = self.arrange()
        facts = {"day": str(FIRST), "amount": "15.00"}
        first = self.tell(made, "instalment_missed", **facts)
        self.assertIn("Misschien bent u het vergeten", self.text_of(first))
        second = self.tell(made, "instalment_missed", first_missed=False, **facts)
        self.assertNotIn("vergeten", self.text_of(second))
        self.assertEqual(second._missing_parts(), ())

    def test_a_proposal_says_how_and_until_when_to_accept_and_what_else(self):
        made, _letter = self.arrange()
        made.accept_by = LAST
        proposal = self.tell(made, "arrangement_proposed")
        self.assertEqual(proposal._missing_parts(), ())
        accept = self.part_of(proposal, "accept")
        self.assertIn("uiterlijk op woensdag 1 april 2026", accept)
        self.assertIn("op uw eigen pagina", accept)
        self.assertIn(self.company.phone, accept)
        self.assertIn("Na die dag geldt dit voorstel niet meer", self.text_of(proposal))
        # Nothing is to be paid before it is accepted.
        self.assertFalse(proposal._get_amount_to_pay())
        self.assertNotIn("NL91", self.text_of(proposal))
        proposal.body_html = str(proposal.body_html).replace(
            "1\xa0april\xa02026</strong>", "</strong>"
        )
        self.assertIn("accept", proposal._missing_parts())

    # === LATER, AT ONCE === #

    def test_a_deferral_has_words_of_its_own(self):
        made, letter = self.arrange(count=1, kind="deferral")
        day = made.instalment_ids.date
        self.assertEqual(letter._missing_parts(), ())
        for kind in ("arrangement", "arrangement_proposed"):
            made.accept_by = LAST
            text = self.text_of(self.tell(made, kind))
            with self.subTest(kind=kind):
                self.assertIn("in één keer, uiterlijk op woensdag 1 april 2026", text)
                self.assertNotIn("in delen:", text)
                self.assertNotIn("Elk deel", text)
        facts = {"day": str(day), "amount": f"{made.amount:.2f}"}
        due = self.tell(made, "instalment_due", **facts)
        self.assertIn("U kreeg meer tijd om te betalen", self.text_of(due))
        self.assertEqual(due._get_payment_reference(), made.instalment_ids.payment_reference)
        self.assertIn("Dat bedrag", self.text_of(self.tell(made, "instalment_missed", **facts)))

    # === THE COVER MEANWHILE === #

    def test_cover_that_has_stopped_stays_so_and_other_cover_goes_on(self):
        _made, letter = self.arrange(self.four_policies())
        car, liability = self.policies_of(letter, "motor"), self.policies_of(letter, "liability")
        stopped = self.part_of(letter, "cover_meanwhile")
        self.assertIn(car.name, stopped)
        self.assertIn("vanaf 3 maart 2026", stopped)
        self.assertIn("Deze betalingsregeling verandert dat nog niet", stopped)
        self.assertIn("vanaf de dag nadat wij het geld kregen", stopped)
        self.assertIn("Voor de dagen daarvoor niet", stopped)
        self.assertNotIn(liability.name, stopped)
        self.assertIn(
            "loopt door zolang u zich aan de betalingsregeling houdt", self.text_of(letter)
        )
        self.assertIn("RDW", self.part_of(letter, "rdw"))
        # Of the insurer's decision we do not know.
        legal = self.policies_of(letter, "legal")
        self.assertRegex(self.text_of(letter), rf"Misschien heeft uw verzekeraar[^.]*{legal.name}")
        letter.body_html = str(letter.body_html).replace(car.name, "P-9999")
        self.assertIn("cover_meanwhile", letter._missing_parts())

    def policies_of(self, letter, line):
        policies = letter._get_arrangement().line_ids.item_id.policy_ids
        return policies.filtered(lambda policy: policy.line_of_business == line)

    def test_without_a_gap_nothing_is_said_to_have_stopped(self):
        made, _letter = self.arrange()
        made.line_ids.item_id.policy_ids.gap_ids.sudo().write({"resume": STOPPED})
        letter = self.tell(made, "arrangement")
        self.assertFalse(self.part_of(letter, "cover_meanwhile"))
        self.assertEqual(letter._missing_parts(), ())
        self.assertIn("U bent verzekerd voor", self.text_of(letter))

    # === HOW IT ENDS === #

    def test_a_broken_arrangement_says_what_is_paid_open_and_until_when(self):
        made, _letter = self.arrange()
        total = made.amount
        made.amount_paid = 15.0
        notice = self.tell(made, "arrangement_broken")
        self.assertEqual(notice._missing_parts(), ())
        self.assertEqual(notice._get_amount_to_pay(), total - 15.0)
        self.assertIn(
            notice._format_amount(total - 15.0).replace("\xa0", " "), self.part_of(notice, "open")
        )
        self.assertIn("U hebt al € 15,00 betaald", self.text_of(notice))
        self.assertIn("woensdag 1 april 2026", self.part_of(notice, "until"))
        self.assertIn("nieuwe", self.text_of(notice))

    # === WHO HELPS === #

    def test_the_leaflet_names_who_helps_and_the_municipality_when_known(self):
        notice = self.make_message("help_leaflet")
        helpers = self.part_of(notice, "helpers")
        for words in ("0800-8115", "geldfit.nl", "nvvk.nl", "Bel de gemeente"):
            self.assertIn(words, helpers)
        self.assertIn("zonder uw toestemming", self.part_of(notice, "consent"))
        self.assertIn("Dan wachten wij", self.text_of(notice))
        self.company.arrears_municipality_url = "https://www.zeist.nl/schulden/"
        notice._render_text()
        self.assertIn("Kijk op www.zeist.nl/schulden.", self.part_of(notice, "helpers"))
        self.company.arrears_municipality_url = "https://elsewhere.example.com"
        self.assertEqual(notice._missing_parts(), ("helpers",))
        self.company.arrears_municipality_url = "javascript:alert(1)"
        notice._render_text()
        self.assertNotIn("alert", self.part_of(notice, "helpers"))

    # === BY E-MAIL ONLY === #

    def test_a_word_before_the_day_is_never_printed(self):
        made, _letter = self.arrange()
        facts = {"day": str(FIRST), "amount": "15.00"}
        notice = self.tell(made, "instalment_due", render=False, **facts)
        self.assertEqual(notice.channel, "post")
        notice._deliver()
        self.assertEqual((notice.state, notice.failure), ("withdrawn", False))
        self.assertIn("by e-mail only", notice.withdraw_reason)
        self.assertFalse(notice.attachment_id)
        with self.assertRaisesRegex(UserError, "never printed"):
            notice._make_letter()

    def test_a_word_before_the_day_goes_by_mail(self):
        self.customer.write({"email": "vries@example.com", "e_notice_consent_date": DUE})
        made, _letter = self.arrange()
        notice = self.tell(made, "instalment_due", render=False, day=str(FIRST), amount="15.00")
        self.assertEqual(notice.channel, "email")
        notice._deliver()
        self.assertEqual(notice.state, "queued")
        self.assertIn(made.instalment_ids[0].payment_reference, notice.mail_id.body_html)

    # === PLAIN, ON ONE PAGE === #

    def test_real_arrangements_are_plain_in_both_languages(self):
        made, _letter = self.arrange(self.four_policies())
        made.accept_by = LAST
        textstat.set_lang("nl")
        for kind in ("arrangement_proposed", "arrangement", "arrangement_broken"):
            notice = self.tell(made, kind)
            for lang in LANGUAGES:
                notice.lang = lang
                notice._render_text()
                with self.subTest(kind=kind, lang=lang):
                    self.assertEqual(notice._missing_parts(), ())
                    if shutil.which("wkhtmltopdf"):
                        self.assertEqual(self.pages_of(notice), 1)
                    if lang == "nl_NL":
                        ease = textstat.flesch_reading_ease(self.plain_text(notice))
                        self.assertGreaterEqual(round(ease), test_notice_plain.PLAIN_ENOUGH)

    def test_two_years_of_instalments_stand_on_one_page(self):
        for count, columns in ((3, 1), (12, 2), (24, 3), (45, 3)):
            customer = self.make_customer(f"Count {count}", lang="nl_NL")
            policies = self.make_policy(partner_id=customer.id)
            made, letter = self.arrange(policies, count=count, every="week")
            with self.subTest(count=count):
                self.assertEqual(len(letter._get_instalment_columns()), columns)
                references = re.findall(r"RF\w+", self.part_of(letter, "instalments"))
                self.assertEqual(references, made.instalment_ids.mapped("payment_reference"))
                self.assertEqual(letter._missing_parts(), ())
                if shutil.which("wkhtmltopdf"):
                    self.assertEqual(self.pages_of(letter), 1)
                letter.channel = "email"
                self.assertEqual(len(letter._get_instalment_columns()), 1)

    def test_facts_are_enough_for_a_letter(self):
        notice = self.make_message("arrangement", facts=AGREED)
        self.assertFalse(notice._get_arrangement())
        self.assertEqual(notice._missing_parts(), ())
        self.assertGreater(notice.date, MADE)
