"""A registration in CIS: announced, told, reviewed after payment, gone in time; who sees it."""

from datetime import timedelta

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .cis_common import APPROVED, ENDED, EXPIRES, PROPOSED, REGISTERED, CisCommon
from .notice_common import LATER

PAID = REGISTERED + timedelta(days=40)
DENIED = ("odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule", "odoo.models")


@tagged("post_install", "-at_install")
class TestCisLetters(CisCommon):
    def test_the_final_notice_announces_it_in_both_languages(self):
        for lang, words in (
            ("nl_NL", ("hooguit 3 jaar", "niet zeker", "stichtingcis.nl", "klacht")),
            ("en_US", ("at most 3 years", "not certain", "stichtingcis.nl", "complain")),
        ):
            policy = self.make_policy(
                partner_id=self.make_customer(lang).id, conditions_allow_termination="yes"
            )
            notice = self.make_final(policy, lang=lang)
            with self.subTest(lang=lang):
                self.assertTrue(notice.announces_cis)
                part = self.part_of(notice, "cis")
                for word in (*words, policy.name):
                    self.assertIn(word, part)
                self.assertEqual(notice._missing_parts(), ())

    def test_a_business_hears_it_as_well(self):
        customer = self.make_customer("Bakker BV", debtor_type="business")
        policy = self.make_policy(partner_id=customer.id, conditions_allow_termination="yes")
        self.assertIn("CIS", self.part_of(self.make_final(policy), "cis"))

    def test_who_cannot_be_registered_hears_nothing_of_it(self):
        policies = self.env["insurance.policy"].union(
            *(
                self.make_policy(**{"conditions_allow_termination": "yes", name: value})
                for name, value in (
                    ("office_role", "intermediary"),
                    ("conditions_allow_termination", "no"),
                    ("conditions_allow_termination", False),
                    ("line_of_business", "health_basic"),
                )
            )
        )
        notice = self.make_final(policies)
        self.assertFalse(notice.announces_cis)
        self.assertNotIn("CIS", self.text_of(notice))

    def test_an_office_that_takes_no_part_never_mentions_it(self):
        self.company.arrears_cis = False
        notice = self.make_final()
        self.assertFalse(notice.announces_cis)
        self.assertNotIn("CIS", self.letter_of(notice))

    def test_without_termination_as_a_step_it_is_no_next_step(self):
        stages = self.env.ref("premium_arrears.procedure_consumer").stage_ids
        stages.filtered(lambda stage: stage.kind == "termination").unlink()
        notice = self.make_final()
        self.assertFalse(notice.announces_cis)
        self.assertNotIn("CIS", self.text_of(notice))

    def test_only_the_policy_that_can_be_registered_is_named(self):
        other = self.make_policy(conditions_allow_termination="no")
        notice = self.make_final(self.policy | other)
        self.assertIn(self.policy.name, self.part_of(notice, "cis"))
        self.assertNotIn(other.name, self.part_of(notice, "cis"))

    def test_earlier_letters_do_not_threaten(self):
        self.make_warned()
        notices = self.items_of(self.policy).case_id.notice_ids
        self.assertTrue(notices)
        self.assertFalse(any(notices.mapped("announces_cis")))

    def test_an_announcement_that_lost_a_part_is_not_sent(self):
        notice = self.make_final(lang="en_US")
        whole = notice.body_html
        for part, lost, instead in (
            ("cis", f"an insurance ({self.policy.name})", "an insurance"),
            ("cis_term", "3 years", "30 years"),
            ("cis_rights", "stichtingcis.nl", "our site"),
            ("cis", 'data-part="cis"', ""),
        ):
            self.assertIn(lost, whole)
            notice.body_html = str(whole).replace(lost, instead)
            with self.subTest(part=part):
                self.assertIn(part, notice._missing_parts())

    def test_an_office_cannot_save_a_text_that_lost_it(self):
        view = self.env.ref("premium_arrears.notice_text_cis")
        with self.assertRaisesRegex(ValidationError, "CIS"), mute_logger("odoo.addons.base"):
            view.arch = view.arch.replace("stichtingcis.nl", "our site")

    def test_what_was_announced_is_evidence(self):
        notice = self.make_final()
        notice._mark_sent(LATER)
        with self.assertRaisesRegex(UserError, "stays as it was sent"):
            notice.announces_cis = False

    def test_the_letter_of_the_registration_tells_all(self):
        registration = self.make_approved()
        letter = registration.told_notice_id
        text = self.text_of(letter)
        for words in (
            self.policy.name,
            self.insurer.name,
            "15 April 2026",
            registration.announced_notice_id.name,
            "at most 3 years",
            "legitimate interest",
            "autoriteitpersoonsgegevens.nl",
            "kifid.nl",
            "object",
            "clean slate",
        ):
            with self.subTest(words=words):
                self.assertIn(words, text)
        self.assertEqual(letter._missing_parts(), ())
        self.assertNotIn("€", text)

    def test_the_letter_in_dutch(self):
        letter = self.make_message("cis_registered")
        text = self.text_of(letter).lower()
        for words in ("hooguit 3 jaar", "gerechtvaardigd belang", "bezwaar", "schone lei"):
            self.assertIn(words, text)
        self.assertNotIn("insur", text)

    def test_a_letter_that_did_not_arrive_is_made_again(self):
        registration = self.make_approved(told=False)
        first = registration.told_notice_id
        with self.assertRaisesRegex(UserError, "under way"):
            registration.tell_again(APPROVED)
        self.send_letter(registration)
        first.sudo()._fail("bounced", REGISTERED)
        with self.assertRaisesRegex(UserError, "did not reach"):
            registration.register(REGISTERED, "VM-1")
        registration.tell_again(REGISTERED)
        self.assertNotEqual(registration.told_notice_id, first)
        self.send_letter(registration, REGISTERED)
        registration.register(REGISTERED, "VM-1")

    def test_refused_after_the_letter_is_put_right(self):
        registration = self.make_approved()
        letter = registration.told_notice_id
        registration.refuse(REGISTERED, "The customer called: long illness")
        self.assertEqual(registration.state, "refused")
        self.assertEqual(letter.state, "withdrawn")
        correction = letter.search([("corrects_id", "=", letter.id)])
        self.assertEqual(correction.kind, "correction")
        # Who may not see the letter does not hear of it by its correction, nor by its failure.
        reader = self.make_user("curious", "handler")
        self.assertFalse(letter.with_user(reader).search([("id", "in", (letter | correction).ids)]))
        correction.sudo()._fail("bounced", REGISTERED)
        told = registration.case_id.activity_ids.mapped("note")
        self.assertFalse([note for note in told if correction.name in (note or "")])
        tasks = registration.activity_ids.mapped("summary")
        self.assertIn("The letter did not arrive", tasks)

    def test_refused_before_the_letter_left_sends_nothing(self):
        registration = self.make_approved(told=False)
        letter = registration.told_notice_id
        registration.refuse(APPROVED, "The customer called")
        self.assertEqual(letter.state, "withdrawn")
        self.assertFalse(letter.search([("corrects_id", "=", letter.id)]))
        self.make_draft().propose(PROPOSED)


@tagged("post_install", "-at_install")
class TestCisAfter(CisCommon):
    """What follows a registration; and nobody without rights on CIS learns that there is one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registration = cls.make_registered()
        cls.manager = cls.registration.with_user(cls.bo)
        cls.reader = cls.make_user("cis_reader", "reader")
        cls.handler = cls.make_user("cis_handler", "handler")
        cls.portal = cls.make_user("cis_portal", "base.group_portal")
        cls.accountant = cls.make_user("cis_accountant", "account.group_account_manager")
        cls.blind = (cls.reader, cls.handler, cls.accountant, cls.portal)

    def test_payment_asks_a_manager_to_look_again(self):
        self.follow_up(PAID)
        self.assertFalse(self.tasks_of(self.registration))
        self.pay_all(PAID)
        self.follow_up(PAID)
        self.follow_up(PAID)
        task = self.tasks_of(self.registration)
        self.assertEqual(task.user_id, self.bo)
        self.assertEqual(task.date_deadline, PAID + timedelta(days=14))
        self.assertEqual((self.registration.paid_on, self.registration.attention), (PAID, "review"))
        with self.assertRaisesRegex(UserError, "in words"):
            self.manager.keep(PAID, "")
        self.manager.keep(PAID + timedelta(days=1), "Third time in two years")
        self.assertEqual(self.registration.review_note, "Third time in two years")
        self.follow_up(PAID + timedelta(days=2))
        self.assertFalse(self.tasks_of(self.registration))
        self.assertFalse(self.registration.attention)

    def test_the_run_itself_makes_the_task(self):
        self.pay_all(PAID)
        self.runs.run_for(PAID, self.company)
        self.assertEqual(len(self.tasks_of(self.registration)), 1)

    def test_removed_after_payment(self):
        self.pay_all(PAID)
        self.follow_up(PAID)
        self.manager.remove(PAID, "paid", "Paid all, and called us")
        self.assertEqual(self.registration.state, "removed")
        self.assertEqual(self.registration.removed_by_id, self.bo)
        self.assertFalse(self.tasks_of(self.registration))
        self.follow_up(PAID + timedelta(days=1))
        self.assertFalse(self.tasks_of(self.registration))

    def test_a_payment_that_is_undone_asks_no_review_and_the_next_one_does(self):
        self.pay_all(PAID)
        self.follow_up(PAID)
        self.manager.keep(PAID, "It stays")
        payment = self.env["account.payment"].search([], order="id desc", limit=1)
        self.reverse(payment)
        self.items._hear_payments()
        self.items._collect(PAID + timedelta(days=1), self.company)
        self.follow_up(PAID + timedelta(days=1))
        self.assertFalse(self.tasks_of(self.registration))
        self.pay_all(PAID + timedelta(days=9))
        self.follow_up(PAID + timedelta(days=9))
        self.assertEqual(len(self.tasks_of(self.registration)), 1)

    def test_its_time_is_up(self):
        self.follow_up(EXPIRES - timedelta(days=1))
        self.assertFalse(self.tasks_of(self.registration))
        self.follow_up(EXPIRES)
        task = self.tasks_of(self.registration)
        self.assertEqual(task.activity_type_id.decoration_type, "danger")
        self.assertEqual(task.date_deadline, EXPIRES)
        with self.assertRaisesRegex(UserError, "cannot stay"):
            self.manager.keep(EXPIRES, "It stays")
        self.manager.remove(EXPIRES, "expired")
        self.assertEqual(self.registration.state, "expired")
        self.assertFalse(self.tasks_of(self.registration))

    def test_what_must_go_is_found_and_warns_of_nothing(self):
        registrations = self.env["cis.registration"]
        to_remove = [("attention", "in", ("expired", "clean_slate", "unfounded"))]
        self.assertFalse(registrations.search(to_remove))
        self.registration.sudo().write({"registered_on": "2020-01-01", "expires_on": "2023-01-01"})
        self.env.invalidate_all()
        self.assertEqual(self.registration.attention, "expired")
        self.assertEqual(registrations.search(to_remove), self.registration)
        self.assertNotEqual(self.customer.with_user(self.bo).cis_alert, "registered")

    def test_a_clean_slate_removes_all_and_wipes_the_history(self):
        customer = self.customer.with_user(self.bo)
        self.assertEqual(customer.cis_alert, "registered")
        self.assertTrue(customer.history_counts)
        self.customer.write({"clean_slate_date": PAID, "clean_slate_source": "Letter of the court"})
        self.follow_up(PAID)
        self.assertIn("Remove: clean slate", self.tasks_of(self.registration).note)
        self.follow_up(PAID)
        self.assertEqual(len(self.tasks_of(self.registration)), 1)
        self.assertFalse(customer.history_counts)
        with self.assertRaisesRegex(UserError, "clean slate"):
            self.manager.keep(PAID, "It stays")
        self.manager.remove(PAID, "clean_slate")
        self.assertEqual(self.registration.state, "removed")

    def today(self):
        return self.registration._fields["registered_on"].context_today(self.registration)

    def test_an_ended_policy_warns_until_a_clean_slate(self):
        self.manager.remove(REGISTERED, "unfounded", "Wrong person")
        customer = self.customer.with_user(self.bo)
        self.end_policy(self.policy, self.today() - timedelta(days=100))
        self.assertEqual(customer.cis_alert, "ended")
        self.policy.start_date = False
        self.end_policy(self.policy, self.today() - timedelta(days=4 * 366))
        self.assertFalse(customer.cis_alert)  # as old as a registration can be
        self.end_policy(self.policy, self.today() - timedelta(days=100))
        self.customer.write({"clean_slate_date": self.today(), "clean_slate_source": "Court"})
        self.assertFalse(customer.cis_alert)
        self.assertFalse(
            self.env["res.partner"]
            .with_user(self.bo)
            .search([("cis_alert", "!=", False), ("id", "=", customer.id)])
        )

    def test_a_clean_slate_needs_its_proof(self):
        with self.assertRaisesRegex(ValidationError, "clean slate"):
            self.customer.clean_slate_date = PAID

    def test_what_was_taken_back_must_go(self):
        self.manager.announced_notice_id.withdraw(PAID, "Wrong amount")
        self.follow_up(PAID)
        self.assertEqual(self.registration.attention, "unfounded")
        self.assertEqual(len(self.tasks_of(self.registration)), 1)
        with self.assertRaisesRegex(UserError, "cannot stay"):
            self.manager.keep(PAID, "It stays")

    def test_a_termination_that_was_undone_must_go(self):
        self.end_policy(self.policy, False, False)
        self.follow_up(PAID)
        self.assertEqual(self.registration.attention, "unfounded")

    def test_following_up_many_takes_the_queries_of_few(self):
        def queries(day):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            self.follow_up(day)
            self.env.flush_all()
            return self.env.cr.sql_log_count - before

        few = queries(EXPIRES)
        policies = self.env["insurance.policy"]
        for number in range(12):
            policies |= self.make_policy(partner_id=self.make_customer(f"C{number}").id)
        self.end_policy(policies)
        drafts = self.env["cis.registration"].create([{"policy_id": p.id} for p in policies])
        drafts.sudo().write(
            {
                name: self.registration[name].id
                if name.endswith("_id")
                else self.registration[name]
                for name in (
                    "state",
                    "reference",
                    "registered_on",
                    "expires_on",
                    "told_notice_id",
                    "announced_notice_id",
                    "approved_by_id",
                    "proposed_by_id",
                )
            }
        )
        many = queries(EXPIRES + timedelta(days=1))
        self.assertEqual(len(self.tasks_of(drafts)), 12)
        self.assertLessEqual(many, few + 25, (few, many))

    def test_the_form_asks_and_decides(self):
        action = self.registration.with_user(self.bo).action_open_remove()
        wizard = self.env[action["res_model"]].with_user(self.bo).with_context(**action["context"])
        with Form(wizard) as form:
            form.removal_reason = "objection"
            form.reason = "Long illness, shown by a letter"
            form.day = REGISTERED
        form.record.action_decide()
        self.assertEqual(self.registration.state, "removed")
        self.assertEqual(self.registration.removal_note, "Long illness, shown by a letter")

    # === WHO SEES IT === #

    @mute_logger(*DENIED)
    def test_no_record_no_count_no_export(self):
        for user in self.blind:
            registrations = self.registration.with_user(user)
            for attempt in (
                lambda r: r.read(["state"]),
                lambda r: r.search([]),
                lambda r: r.search_count([]),
                lambda r: r.formatted_read_group([], ["state"], ["__count"]),
                lambda r: r.propose(PROPOSED),
                lambda r: r.sudo().remove(REGISTERED, "clean_slate"),
                lambda r: r.create({"policy_id": self.policy.id}),
            ):
                with self.assertRaises(AccessError):
                    attempt(registrations)
            self.assertEqual(self.registration.state, "registered")

    @mute_logger(*DENIED)
    def test_no_alert_on_contact_policy_and_invoice(self):
        draft = self.make_invoice(PAID, self.make_policy(), post=False)
        for user in self.blind:
            for record in (self.customer, self.policy, draft):
                name = record._name
                if name == "account.move" and user in self.reader | self.portal:
                    continue  # has no rights on invoices at all
                with self.subTest(user=user.login, model=name):
                    record = record.with_user(user)
                    for field in ("cis_alert", "cis_registration_ids"):
                        if field not in record._fields:
                            continue
                        self.assertNotIn(field, record.fields_get())
                        with self.assertRaises(AccessError):
                            record.read([field])
                    # Also not to code that reads it for this user with other rights.
                    self.env.invalidate_all()
                    self.assertFalse(record.sudo().cis_alert)
                    self.env.invalidate_all()
            partners = self.env["res.partner"].with_user(user)
            for leak in (
                [("cis_alert", "!=", False)],
                [("cis_alert", "=", "registered")],
                [("cis_registration_ids.state", "=", "registered")],
                [("clean_slate_date", "!=", False)],
                [("id", "=", self.customer.id), ("cis_registration_ids", "!=", False)],
            ):
                with self.subTest(user=user.login, domain=leak):
                    self.assertFalse(self.found_by(partners, leak))
        self.assertEqual(draft.with_user(self.bo).cis_alert, "registered")
        self.assertEqual(self.policy.with_user(self.an).cis_alert, "registered")

    def found_by(self, partners, domain):
        """Return what a search finds, nothing when it is refused."""
        try:
            with self.env.cr.savepoint():
                return partners.search(domain)
        except AccessError:
            return partners.browse()

    def test_an_export_shows_nothing(self):
        exporter = self.reader
        exporter.group_ids += self.env.ref("base.group_allow_export")
        self.env.invalidate_all()
        for field in ("cis_alert", "cis_registration_ids/state", "clean_slate_date"):
            with self.subTest(field=field), self.assertRaises(AccessError):
                self.customer.with_user(exporter).export_data(["name", field])

    @mute_logger(*DENIED)
    def test_no_letter_no_row_no_pile_of_post_tells_of_it(self):
        letter = self.registration.told_notice_id
        case = self.registration.case_id
        for user in (self.reader, self.handler):
            with self.subTest(user=user.login):
                with self.assertRaises(AccessError):
                    letter.with_user(user).read(["body_html"])
                self.env.invalidate_all()
                notices = self.env["arrears.notice"].with_user(user)
                self.assertFalse(notices.search_count([("id", "=", letter.id)]))
                self.assertNotIn(letter, case.with_user(user).notice_ids)
                self.env.invalidate_all()
                rows = case.with_user(user).history_ids
                self.assertNotIn("cis", rows.mapped("event"))
                self.assertNotIn(letter, rows.notice_id)
                self.assertIn("sent", rows.mapped("event"))
                self.env.invalidate_all()
        for user in (self.an, self.bo):
            self.assertIn(letter, case.with_user(user).notice_ids)
            self.assertIn("cis", case.with_user(user).history_ids.mapped("event"))
            self.env.invalidate_all()

    def test_letters_about_it_are_printed_apart(self):
        other = self.make_policy(partner_id=self.make_customer("A. Bakker").id)
        mine = self.make_policy(
            partner_id=self.make_customer("B. Bakker").id, conditions_allow_termination="yes"
        )
        told = self.make_approved(mine, told=False).sudo().told_notice_id
        letters = self.make_notice("formal_notice", PAID, other) | told
        with self.allow_pdf_render():
            for letter in letters:
                letter.channel = "post"
                letter._make_letter()
        batch = self.env["arrears.print.batch"].sudo()._make(letters, PAID)
        self.assertEqual(batch.notice_ids.mapped("kind"), ["formal_notice"])
        apart = letters.print_batch_id - batch
        self.assertTrue(apart.confidential)
        batches = self.env["arrears.print.batch"].with_user(self.handler)
        self.assertIn(batch, batches.search([]))
        self.assertNotIn(apart, batches.search([]))
        # Who posts the pile has not those in hand: they wait.
        letters.with_user(self.handler).sudo()._post_letters(PAID)
        self.assertEqual(letters.mapped("state"), ["sent", "queued"])

    def test_the_warning_on_a_new_invoice_only(self):
        move = self.make_invoice(PAID, self.make_policy(), post=False).with_user(self.bo)
        self.assertEqual(move.cis_alert, "registered")
        move.sudo().action_post()
        self.assertFalse(move.cis_alert)

    def test_the_banners_are_in_the_views_of_who_may_see_them(self):
        for record, view in (
            (self.customer, "base.view_partner_form"),
            (self.policy, "premium_arrears.insurance_policy_view_form"),
            (self.make_invoice(PAID, post=False), "account.view_move_form"),
        ):
            view_id = self.env.ref(view).id
            for user, seen in ((self.bo, True), (self.accountant, False), (self.handler, False)):
                if user == self.accountant and record == self.policy:
                    continue
                with self.subTest(view=view, user=user.login):
                    arch = record.with_user(user).get_view(view_id, "form")["arch"]
                    self.assertEqual("registered in CIS" in arch, seen)
                    self.assertEqual("cis_alert" in arch, seen)

    @mute_logger(*DENIED)
    def test_another_company_sees_nothing(self):
        other = self.setup_other_company()["company"]
        stranger = self.make_user("cis_stranger", "manager", other)
        self.assertFalse(self.env["cis.registration"].with_user(stranger).search([]))
        with self.assertRaises(AccessError):
            self.registration.with_user(stranger).read(["state"])
        with self.assertRaises(AccessError):
            self.registration.with_user(stranger).remove(REGISTERED, "clean_slate")
        self.env.invalidate_all()
        customer = self.customer.with_user(stranger)
        self.assertFalse(customer.cis_alert)
        self.assertFalse(customer.cis_registration_count)
        self.assertFalse(customer.search([("cis_alert", "=", "registered")]))
        self.env.invalidate_all()
        self.assertFalse(customer.cis_registration_ids)
        self.env["cis.registration"].sudo()._follow_up(EXPIRES, other)
        self.assertFalse(self.tasks_of(self.registration))
        self.env.invalidate_all()
        here = self.customer.with_user(self.bo)
        self.assertEqual((here.cis_alert, here.cis_registration_count), ("registered", 1))

    def test_the_menu_is_for_who_may_see_it(self):
        menu = self.env.ref("premium_arrears.menu_cis")
        for user, seen in ((self.an, True), (self.bo, True), (self.handler, False)):
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            self.assertEqual(menu.id in visible, seen, user.login)

    def test_who_proposes_sees_a_red_line_with_its_fact(self):
        self.registration.with_user(self.bo).remove(REGISTERED, "unfounded", "Wrong person")
        draft = self.make_draft()
        self.assertTrue(draft.checklist_ready)
        self.assertNotIn("fa-times-circle", draft.checklist_html)
        self.env["arrears.hold"].create(
            {
                "case_id": draft.case_id.id,
                "kind": "dispute",
                "start": ENDED,
                "reason": "The damage was not paid",
            }
        )
        draft.invalidate_recordset()
        self.assertFalse(draft.checklist_ready)
        self.assertIn("The damage was not paid", draft.checklist_html)
