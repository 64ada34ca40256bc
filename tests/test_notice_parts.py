"""What an office cannot lose: a letter without a mandatory part is not sent, nor its text saved."""

import inspect
import re

from lxml import html as lxml_html

from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..law import notice as law_notice
from ..models.arrears_notice_parts import PARTS, STEP_PARTS
from .notice_common import MADE, NoticeCommon


@tagged("post_install", "-at_install")
class TestNoticeParts(NoticeCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.notice = cls.make_notice("formal_notice", MADE, cls.four_policies())

    def test_a_lost_part_is_found(self):
        notice = self.notice
        codes = {
            "principal": "principal",
            "items": "specification",
            "term": "term_wording",
            "fee": "fee_amount",
            "free_in_time": "free_if_paid_in_time",
            "suspension": "suspension",
            "rdw": "rdw",
            "creditor": "creditor",
            "registration": "registration",
            "help": "help",
        }
        whole = notice.body_html
        for part, code in codes.items():
            tree = lxml_html.fromstring(f"<div>{whole}</div>")
            for node in tree.xpath(f"//*[@data-part='{part}']"):
                for child in list(node):
                    node.remove(child)
                node.text = " "
            notice.body_html = lxml_html.tostring(tree, encoding="unicode")
            with self.subTest(part=part):
                self.assertIn(code, notice._missing_parts())

    def test_a_part_with_another_amount_or_policy_does_not_count(self):
        notice = self.make_notice("formal_notice", MADE)
        for old, new, code in (
            ("40,00", "41,00", "fee_amount"),
            ("45,00", "54,00", "principal"),
            (self.policy.name, "P-9999", "suspension"),
        ):
            whole = notice.body_html
            notice.body_html = str(whole).replace(old, new)
            with self.subTest(code=code):
                self.assertIn(code, notice._missing_parts())
            notice.body_html = whole

    def test_a_reminder_without_help_is_not_sent_and_says_so_in_words(self):
        text = self.env.ref("premium_arrears.notice_text_help").with_context(install_mode=True)
        text.arch = "<t><p>Tot ziens.</p></t>"
        notice = self.make_notice("reminder", MADE, render=False)
        with mute_logger("odoo.addons.premium_arrears.models.arrears_notice_delivery"):
            notice._deliver()
        self.assertEqual((notice.state, notice.failure), ("failed", "render"))
        reasons = self.env["arrears.case.history"].search([("notice_id", "=", notice.id)])
        self.assertIn("the help for a customer who cannot pay", reasons[:1].reason)

    def test_each_code_has_words(self):
        words = self.env["arrears.notice"]._get_part_words()
        codes = {part for parts in (*PARTS.values(), STEP_PARTS) for part in parts}
        codes |= set(re.findall(r'"(\w+)": ', inspect.getsource(law_notice._missing_always)))
        codes |= set(re.findall(r'"(\w+)": ', inspect.getsource(law_notice._missing_for_fee)))
        codes |= set(re.findall(r'"(\w+)": ', inspect.getsource(law_notice._missing_for_cover)))
        self.assertFalse(codes - words.keys())

    # === A TEXT IS TRIED BEFORE IT IS SAVED === #

    def assert_refused(self, change, *words):
        """Check that a change is refused with these words, and leaves nothing behind."""
        notices = self.env["arrears.notice"].search_count([])
        with self.assertRaises(ValidationError) as caught:
            change()
        for word in words:
            self.assertIn(word, str(caught.exception))
        self.assertEqual(self.env["arrears.notice"].search_count([]), notices)
        self.notice._render_text()
        self.assertEqual(self.notice._missing_parts(), ())

    def rewrite(self, template, old, new=""):
        """Return a change of a text: what is found is replaced, in the language of the context."""
        view = self.env.ref(f"premium_arrears.{template}")
        self.assertIn(old, view.arch)
        return lambda: view.write({"arch": view.arch.replace(old, new)})

    def test_a_text_without_a_mandatory_part_is_refused_in_words(self):
        for template, old, words in (
            ("notice_text_consequences", "{fee}", "the amount of the collection costs"),
            ("notice_text_consequences", 'data-part="free_in_time"', "paying in time is free"),
            ("notice_text_consequences", "{stops}", "whose cover stops"),
            ("notice_text_consequences", "RDW", "that the RDW hears of a vehicle"),
            ("notice_text_vat", "{vat}", "the VAT in the collection costs"),
            ("notice_text_term", "the day after this letter was", "the term of fourteen days"),
            ("notice_text_creditor", "{register_number}", "the register of collectors"),
            ("notice_text_creditor", "{creditor}, your", "who the creditor is"),
            ("notice_text_items", "item['amount']", "the list of what is open"),
            ("notice_text_handover_notice", "{day}", "the day until which the customer"),
            ("notice_text_cover_suspended", "RDW", "that the RDW hears of a vehicle"),
            ("notice_text_cover_resumed", "{resumed}", "when there is cover again"),
            ("notice_text_correction", "{corrected_number}", "the number of the letter"),
            ("notice_text_instalments", "row['amount']", "the days and amounts"),
            (
                "notice_text_arrangement_proposed",
                "{accept_by}",
                "the day until which the customer can",
            ),
            ("notice_text_promise", 'data-part="free"', "that an arrangement costs nothing"),
            ("notice_text_cover_meanwhile", "{suspended}", "whose cover has stopped, and when"),
            ("notice_text_arrangement_broken", "{agreed_open}", "what is still open"),
            ("notice_text_help_leaflet", "nvvk.nl", "who helps with debts for free"),
            ("notice_text_help_leaflet", 'data-part="consent"', "nothing is passed on without"),
            ("notice_text_page", "words['page']", "the address of the customer's own page"),
            ("notice_text_contact", 'data-part="help"', "the help for a customer"),
        ):
            new = "''" if old.endswith("']") else ""
            with self.subTest(template=template, part=words):
                self.assert_refused(self.rewrite(template, old, new), template, words)

    def test_the_refusal_names_letter_and_language(self):
        view = self.env.ref("premium_arrears.notice_text_term")
        term = (
            "Please pay within fourteen days, counting from the day after this letter was "
            "delivered to you."
        )
        bad = {"nl_NL": {term: "Betaal binnen veertien dagen na vandaag."}}
        self.assert_refused(
            lambda: view.update_field_translations("arch_db", bad),
            "Template notice_text_term: the letter “Formal 14-day notice” (Post, Dutch",
            "lacks what it must say: the term of fourteen days from the day after receipt.",
        )

    def test_a_better_text_is_saved(self):
        self.rewrite("notice_text_reminder", "Perhaps you forgot it.", "Did it slip your mind?")()
        text = self.text_of(self.make_notice("reminder", MADE, lang="en_US"))
        self.assertIn("Did it slip your mind?", text)

    def test_a_view_that_inherits_a_text_is_tried_too(self):
        base = self.env.ref("premium_arrears.notice_text_consequences")
        values = {
            "name": "Our own words",
            "type": "qweb",
            "key": "office.own_words",
            "inherit_id": base.id,
            "mode": "extension",
            "arch": """<data><span data-part="free_in_time" position="replace"/></data>""",
        }
        views = self.env["ir.ui.view"]
        self.assert_refused(lambda: views.create(values), "Our own words", "in time is free")
        dormant = views.create({**values, "active": False})
        self.assert_refused(lambda: dormant.write({"active": True}), "in time is free")

    def test_a_text_that_cannot_be_made_is_refused(self):
        self.assert_refused(
            self.rewrite("notice_text_term", "{day}", "{no_such_word}"), "cannot be made"
        )

    def test_a_page_without_the_text_is_refused(self):
        change = self.rewrite("notice_letter", "notice.body_html", "notice.subject")
        self.assert_refused(change, "a page without the text of the letter")

    def test_while_modules_are_loaded_nothing_is_tried(self):
        view = self.env.ref("premium_arrears.notice_text_vat").with_context(install_mode=True)
        view.arch = view.arch.replace("{vat}", "")

    # === A STAGE, A PROCEDURE, A MAIL === #

    def break_fee_text(self):
        """Take the fee's amount out of the text, as an update of another module could do."""
        view = self.env.ref("premium_arrears.notice_text_consequences")
        view = view.with_context(install_mode=True)
        view.arch = view.arch.replace("{fee}", "")

    def test_a_stage_with_a_text_that_lacks_a_part_is_refused(self):
        # A procedure that no case follows yet: its rules may still be changed.
        procedure = self.env.ref("premium_arrears.procedure_consumer").copy()
        stage = procedure.stage_ids.filtered(lambda stage: stage.kind == "formal_notice")
        stage.charges_fee = False
        self.break_fee_text()
        values = {
            "procedure_id": procedure.id,
            "name": "Second notice",
            "sequence": 25,
            "kind": "formal_notice",
            "mail_template_id": stage.mail_template_id.id,
        }
        stage.copy(values)  # announces no fee: nothing is missing
        for change in (
            lambda: stage.write({"charges_fee": True}),
            lambda: stage.create({**values, "charges_fee": True}),
        ):
            with self.assertRaisesRegex(ValidationError, "(?s)Stage .*the amount of the coll"):
                change()

    def test_a_procedure_is_activated_only_with_whole_letters(self):
        procedure = self.env.ref("premium_arrears.procedure_consumer")
        procedure.active = False
        self.break_fee_text()
        self.env.ref("premium_arrears.stage_consumer_formal_notice").charges_fee = True
        with self.assertRaisesRegex(ValidationError, "the amount of the collection costs"):
            procedure.active = True

    def test_a_mail_needs_a_subject_on_one_line_and_the_text(self):
        for kind in ("formal_notice", "correction"):
            template = self.env.ref(f"premium_arrears.mail_template_{kind}")
            for values, words in (
                ({"subject": ""}, "has no subject"),
                ({"subject": "Pay\nnow"}, "more than one line"),
                ({"body_html": "<p>Pay now</p>"}, "without the text of the letter"),
            ):
                with self.subTest(kind=kind, values=values):
                    self.assert_refused(
                        lambda template=template, values=values: template.write(values),
                        template.name,
                        words,
                    )
            dutch = template.with_context(lang="nl_NL")
            self.assert_refused(lambda dutch=dutch: dutch.write({"subject": "A\nB"}), "Dutch")
            template.subject = "Your premium"
            template.body_html = '<p>Hello,</p><t t-out="object.body_html"/>'

    def test_another_mail_about_a_notice_is_left_alone(self):
        self.env.ref("premium_arrears.mail_template_reminder").copy(
            {"name": "For a colleague", "subject": "", "body_html": "<p>Look at this</p>"}
        )
