"""What a customer does on the own page: arranges, disputes, writes; and bad input of each kind."""

from lxml import html as lxml_html

from odoo.tests import tagged

from ..models.arrears_arrangement_make import Terms
from ..models.arrears_case_page_write import AGAIN, LONGEST
from ..models.arrears_page_count import LIMITS
from .common import DAY
from .portal_common import PortalCommon

EVIL = "<script>alert(1)</script><img src=x onerror=alert(1)> {name} %s 😀"


@tagged("post_install", "-at_install")
class TestPortalWords(PortalCommon):
    # === ARRANGEMENT === #

    def ask(self, **values):
        """Send the form for an arrangement, in three instalments unless said."""
        form = {"kind": "arrangement", "count": 3, "first_day": self.day + 10 * DAY, **values}
        return self.post("/arrange/preview", form="/arrange", **form)

    def confirm(self, preview, **values):
        """Agree to what a preview shows."""
        tree = lxml_html.fromstring(preview.content)
        form = tree.xpath("//form[@action='/my/arrears/arrange/confirm']")[0]
        data = {field.name: field.value for field in form.xpath(".//input")}
        return self.url_open("/my/arrears/arrange/confirm", data={**data, **values})

    def arrangements(self):
        return self.case.sudo().arrangement_ids

    def test_an_arrangement_inside_the_bounds_starts_at_once(self):
        self.visit()
        preview = self.ask()
        self.assertEqual(preview.status_code, 200)
        self.assertIn("Does this suit you?", preview.text)
        self.assertFalse(self.arrangements())
        done = self.confirm(preview)
        self.assertIn("It is arranged", done.text)
        made = self.arrangements()
        self.assertEqual(
            (made.state, made.origin, made.accepted_via), ("active", "portal", "portal")
        )
        self.assertEqual(made.instalment_ids.mapped("amount"), [30, 30, 30])
        self.assertEqual(self.case.state, "arranged")
        self.assertEqual(self.history(), [f"The customer made arrangement {made.name}."])
        self.assertIn("Your arrangement", self.get().text)
        kinds = self.case.sudo().notice_ids.mapped("kind")
        self.assertEqual(kinds.count("arrangement"), 1)
        self.assertNotIn("arrangement_proposed", kinds)

    def test_a_second_confirmation_makes_no_second_arrangement(self):
        self.visit()
        preview = self.ask()
        self.confirm(preview)
        again = self.confirm(preview)
        self.assertEqual(again.status_code, 400)
        self.assertEqual(len(self.arrangements()), 1)

    def test_nobody_agrees_to_what_was_not_shown(self):
        self.visit()
        preview = self.ask()
        self.pay_invoice(self.move, self.day, amount=30.0)
        changed = self.confirm(preview)
        self.assertIn("Something has changed since you saw it", changed.text)
        self.assertFalse(self.arrangements())
        self.assertEqual(self.confirm(changed).status_code, 200)
        self.assertEqual(self.arrangements().amount, 60)

    def test_later_at_once_inside_the_bounds(self):
        self.visit()
        preview = self.ask(kind="deferral", first_day=self.day + 60 * DAY)
        self.assertEqual(preview.status_code, 200)
        pages = [preview, self.confirm(preview), self.get()]
        self.assertEqual(self.arrangements().kind, "deferral")
        self.assertEqual(len(self.arrangements().instalment_ids), 1)
        for page in pages:
            self.assertIn("Pay later", self.text(page))
            self.assertNotIn("nstalment", self.text(page))
        self.assertNotIn("make an arrangement before that day", self.text(pages[-1]), "it is made")
        pay = self.text(self.get(f"/pay/instalment/{self.arrangements().instalment_ids.id}"))
        self.assertIn("We agreed that you pay this later.", pay)
        self.assertNotIn("instalment 1", pay)

    def test_a_second_deferral_is_made_with_a_colleague(self):
        self.visit()
        self.confirm(self.ask(kind="deferral", first_day=self.day + 60 * DAY))
        self.arrangements()._cancel(self.day, "The customer called")
        refused = self.ask(kind="deferral", first_day=self.day + 60 * DAY)
        self.assertEqual(refused.status_code, 400)
        self.assertIn("You made an arrangement for this before", refused.text)

    def test_after_a_broken_one_a_new_one_is_made_with_a_colleague(self):
        self.visit()
        self.confirm(self.ask())
        self.arrangements()._end("broken", self.day)
        self.assertIn("You made an arrangement for this before", self.ask().text)

    def test_outside_the_bounds_the_bounds_are_named(self):
        self.visit()
        for values in (
            {"count": 10000},
            {"count": 7},
            {"count": 1},
            {"count": 0},
            {"count": 61},
            {"first_day": self.day},
            {"first_day": self.day - DAY},
            {"first_day": self.day + 40 * DAY},
            {"first_day": "2199-01-01"},
            {"kind": "deferral", "first_day": self.day + 250 * DAY},
            {"kind": "deferral", "first_day": self.day - DAY},
        ):
            response = self.ask(**values)
            self.assertEqual(response.status_code, 400, values)
            self.assertIn("This did not work yet.", response.text, values)
        self.assertFalse(self.arrangements())

    def test_wrong_types_and_missing_fields_are_said_in_words(self):
        self.visit()
        for values in (
            {"count": "many"},
            {"count": ""},
            {"count": "-3"},
            {"count": "3.5"},
            {"count": "²"},
            {"count": "NaN"},
            {"count": "1e3"},
            {"first_day": ""},
            {"first_day": "tomorrow"},
            {"first_day": "2026-02-31"},
            {"first_day": "0000-00-00"},
            {"first_day": "9999-12-31"},
            {"kind": "gift"},
            {"kind": EVIL},
            {"kind": "\x00"},
        ):
            response = self.ask(**values)
            self.assertEqual(response.status_code, 400, values)
            self.assertIn("This did not work yet.", response.text, values)
        self.assertEqual(self.post("/arrange/preview", form="/arrange").status_code, 400)
        self.assertEqual(self.post("/arrange/confirm", form="/arrange").status_code, 400)
        token = self.post("/arrange/preview", form="/arrange").text
        self.assertIn("arrears_first_day_error", token)
        self.assertFalse(self.arrangements())

    def test_no_arrangement_when_it_is_off_on_hold_or_with_a_collector(self):
        self.visit()
        self.company.arrears_arrangement_portal = False
        self.assertIn("You cannot make an arrangement on this page", self.ask().text)
        self.company.arrears_arrangement_portal = True
        self.env["arrears.hold"].create(
            {"case_id": self.case.id, "kind": "other", "start": self.day, "reason": "Looking"}
        )
        self.assertIn("on pause", self.ask().text)
        self.assertEqual(self.ask().status_code, 400)
        self.assertFalse(self.arrangements())

    def test_a_proposal_of_the_office_is_accepted(self):
        model = self.env["arrears.arrangement"].sudo()
        made = model._make(
            model._get_sources(self.case.item_ids),
            Terms(first_day=self.day + 20 * DAY, count=2),
            self.day,
        )
        made._propose(self.day, needs_acceptance=True)
        self.assertIn("We propose an arrangement", self.visit().text)
        done = self.post(f"/arrangement/{made.id}/accept")
        self.assertIn("It is arranged", done.text)
        self.assertEqual((made.state, made.accepted_via), ("active", "portal"))

    def test_a_proposal_is_accepted_in_time(self):
        model = self.env["arrears.arrangement"].sudo()
        made = model._make(
            model._get_sources(self.case.item_ids),
            Terms(first_day=self.day + 40 * DAY, count=2),
            self.day,
        )
        made._propose(self.day, needs_acceptance=True)
        self.visit()
        self.day = made.accept_by + DAY
        late = self.post(f"/arrangement/{made.id}/accept")
        self.assertEqual(late.status_code, 400)
        self.assertIn("The last day to accept this proposal was", late.text)
        self.assertEqual(made.state, "proposed")

    def test_arrangements_are_counted(self):
        self.visit()
        for _time in range(LIMITS["arrangement"][0]):
            self.confirm(self.ask())
            self.arrangements().filtered(lambda a: a.state == "active")._cancel(self.day, "No")
        self.assertEqual(self.confirm(self.ask()).status_code, 429)

    # === DISPUTE === #

    def dispute(self, text="I paid this on 3 January", **values):
        form = {"item": self.case.item_ids[:1].id, "text": text, **values}
        return self.post("/dispute", form="/dispute", **form)

    def test_a_dispute_pauses_at_once_and_asks_the_handler_to_look(self):
        self.visit()
        response = self.dispute()
        self.assertIn("We have put it on pause at once", response.text)
        hold = self.case.hold_ids
        self.assertEqual((hold.kind, hold.start, hold.end), ("dispute", self.day, False))
        self.assertEqual(self.case.state, "held")
        activity = self.case.activity_ids.filtered(lambda a: "does not agree" in a.summary)
        self.assertEqual(activity.user_id, self.handler)
        self.assertIn("I paid this on 3 January", activity.note)
        self.assertEqual(len(self.history()), 1)
        self.assertIn("We are looking into it", self.text(self.get()))
        notices = self.notices_of(self.move)
        self.walk(self.day + DAY, self.day + 30 * DAY)
        self.assertEqual(self.notices_of(self.move), notices)

    def test_a_second_dispute_about_the_same_adds_to_the_first(self):
        self.visit()
        self.dispute()
        self.assertIn("We knew already that you do not agree", self.dispute().text)
        self.assertEqual(len(self.case.hold_ids), 1)

    def test_a_dispute_cannot_be_used_to_stall(self):
        self.visit()
        self.dispute()
        self.case.hold_ids.end_on(self.day, "It was right")
        self.day += 5 * DAY
        self.assertIn("<strong>not</strong> put on pause", self.dispute().text)
        self.assertFalse(self.case.hold_ids._active_on(self.day))
        self.assertTrue(self.case.activity_ids.filtered(lambda a: "Disputed again" in a.summary))
        self.env["arrears.page.count"].sudo().search([]).unlink()
        self.link_of().sudo().expires_on = self.day + 2 * AGAIN
        self.day += AGAIN
        self.assertIn("We have put it on pause at once", self.dispute().text)

    def test_bad_disputes_are_said_in_words(self):
        self.visit()
        for values in (
            {"text": ""},
            {"text": "no"},
            {"text": "x" * (LONGEST + 1)},
            {"text": "x" * 500_000},
            {"text": "My number is 111222333, you know me"},
            {"item": ""},
            {"item": "0"},
            {"item": EVIL},
            {"item": "None"},
        ):
            response = self.dispute(**{"text": "I have paid this already", **values})
            self.assertEqual(response.status_code, 400, str(values)[:60])
            self.assertIn("This did not work yet.", response.text)
        self.assertEqual(self.post("/dispute", form="/dispute").status_code, 400)
        self.assertFalse(self.case.hold_ids)

    # === MESSAGE AND CALL === #

    def test_a_message_reaches_the_chatter_escaped_and_mails_nobody(self):
        self.visit()
        mails = self.env["mail.mail"].sudo().search_count([])
        response = self.post("/message", form="/message", text=EVIL + "\x00")
        self.assertIn("A colleague reads your message", response.text)
        message = self.case.message_ids.filtered(lambda m: "alert(1)" in m.body)
        self.assertEqual(message.author_id, self.customer)
        self.assertNotIn("<script", message.body)
        self.assertNotIn("<img", message.body)
        self.assertIn("😀", message.body)
        activity = self.case.activity_ids.filtered(lambda a: "wrote a message" in a.summary)
        self.assertNotIn("<script", activity.note)
        self.assertEqual(self.env["mail.mail"].sudo().search_count([]), mails)
        self.assertFalse(message.notification_ids)

    def test_what_was_typed_comes_back_as_text(self):
        self.visit()
        response = self.post("/dispute", form="/dispute", item="x", text=EVIL * 3)
        self.assertEqual(response.status_code, 400)
        self.assertNotIn("<script>alert", response.text)
        self.assertIn("&lt;script&gt;alert(1)", response.text)
        called = self.post("/call", form="/help", number='"><script>alert(1)</script>')
        self.assertEqual(called.status_code, 400)
        self.assertNotIn("<script>alert", called.text)

    def test_messages_are_counted_per_customer_not_per_visit(self):
        self.visit()
        for _message in range(LIMITS["message"][0]):
            self.assertEqual(self.post("/message", form="/message", text="Hi").status_code, 200)
        self.post("/close")
        self.visit()
        busy = self.post("/message", form="/message", text="Hi")
        self.assertEqual(busy.status_code, 429)
        self.assertIn("One moment, please", busy.text)
        self.visit(self.other_notice)
        self.assertEqual(self.post("/message", form="/message", text="Hi").status_code, 200)

    def test_who_wants_to_be_called_is_on_the_list_once(self):
        self.visit()
        for number in ("06 12345678", "+31 6 12345679"):
            response = self.post("/call", form="/help", number=number, when="In the evening")
            self.assertIn("We call you", response.text)
        calls = self.env["arrears.phone.call"].search([("case_id", "=", self.case.id)])
        self.assertEqual(calls.number, "+31 6 12345679")
        self.assertIn("In the evening", calls.note)
        for number in ("", "abc", "1", "06", "0" * 60, EVIL):
            self.assertEqual(self.post("/call", form="/help", number=number).status_code, 400)

    def test_when_to_call_holds_no_bsn(self):
        self.visit()
        number, when = "06 12345678", "My BSN is 111222333"
        refused = self.post("/call", form="/help", number=number, when=when)
        self.assertEqual(refused.status_code, 400)
        self.assertIn("This looks like a BSN", refused.text)
        self.assertFalse(self.env["arrears.phone.call"].search([("case_id", "=", self.case.id)]))

    def test_the_help_page_links_the_municipality_only_where_it_is_safe(self):
        self.visit()
        self.company.arrears_municipality_url = "www.zeist.nl/schulden"
        self.assertIn('href="https://www.zeist.nl/schulden"', self.get("/help").text)
        self.company.arrears_municipality_url = "javascript:alert(1)"
        page = self.get("/help").text
        self.assertNotIn("javascript:alert", page)
        self.assertNotIn("Go to its page about debts", page)
        self.assertIn("NVVK", page)

    def test_files_and_odd_parameters_are_no_text(self):
        page = self.visit().text
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        response = self.url_open(
            "/my/arrears/message",
            data={"csrf_token": token},
            files={"text": ("a.txt", b"hello")},
        )
        self.assertEqual(response.status_code, 400)
        self.assertEqual(self.get("?page=1&cases=2&debtor=3").status_code, 200)
        self.assertEqual(self.get("/done/" + "x" * 500).status_code, 200)
