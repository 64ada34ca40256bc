"""Nobody sees, changes or learns of another customer's arrears on the own page."""

import logging
import time
from unittest.mock import Mock, patch

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..controllers import debtor
from ..controllers.log_mask import MaskCodes
from ..models.arrears_arrangement_make import Terms
from ..models.arrears_page_count import LIMITS
from .common import DAY
from .portal_common import PortalCommon

PAGES = ("", "/arrange", "/dispute", "/message", "/help")


@tagged("post_install", "-at_install")
class TestPortalSecurity(PortalCommon):
    # === STRANGERS === #

    def test_a_stranger_gets_the_same_page_whatever_the_address(self):
        gone = self.url_open("/arrears/ABCDEFGHJKLMNPQR")
        self.assertEqual(gone.status_code, 404)
        self.assertIn("This link does not work", self.text(gone))
        self.assertIn("+31", self.url_open("/arrears/x").text + self.env.company.phone)
        for path in (*PAGES, f"/letter/{self.notice.id}", f"/letter/{self.notice.id}/file"):
            response = self.get(path)
            self.assertEqual(response.status_code, 404, path)
            self.assertEqual(self.text(response), self.text(gone), path)

    def test_an_expired_link_and_one_that_never_was_are_the_same(self):
        link = self.link_of()
        self.day = link.expires_on + DAY
        expired = self.url_open(f"/arrears/{link.code}")
        never = self.url_open("/arrears/ABCDEFGHJKLMNPQR")
        self.assertEqual(expired.status_code, never.status_code)
        self.assertEqual(self.text(expired), self.text(never))

    def test_who_tries_many_links_is_stopped_and_a_good_one_still_works(self):
        most = LIMITS["wrong_link"][0]
        for number in range(most):
            response = self.url_open(f"/arrears/ABCDEFGHJKLMNP{number:02}")
            self.assertEqual(response.status_code, 404, number)
        self.assertEqual(self.url_open("/arrears/ABCDEFGHJKLMNPQR").status_code, 429)
        # Others behind the same address are not shut out.
        self.assertEqual(self.visit().status_code, 200)
        rows = self.env["arrears.page.count"].sudo().search([("kind", "=", "wrong_link")])
        self.assertNotIn("127.0.0.1", "".join(rows.mapped("visitor")))

    def test_an_old_link_shows_no_newer_letter_and_so_no_newer_link(self):
        newer = (
            self.env["arrears.notice"]
            .sudo()
            ._make_messages(
                [{"case": self.case, "kind": "correction", "corrects": self.notice}], self.day
            )
        )
        newer.write({"body_html": "<p>newer</p>", "body_hash": "x"})
        newer._mark_sent(self.day)
        self.visit()
        self.assertEqual(self.get(f"/letter/{newer.id}").status_code, 404)
        self.assertEqual(self.get(f"/letter/{self.notice.id}").status_code, 200)

    def test_a_link_counts_for_nobody_who_logs_in_after_it_and_not_for_long(self):
        self.visit()
        self.assertIn("J. de Vries", self.text(self.get()))
        with patch.object(debtor, "time", Mock(time=lambda: 4e9)):
            self.assertEqual(self.get().status_code, 404)

    def test_a_proposal_that_no_manager_approved_is_not_offered(self):
        arrangements = self.env["arrears.arrangement"].sudo()
        sources = arrangements._get_sources(self.case.item_ids)
        made = arrangements._make(sources, Terms(self.day + 20 * DAY, count=20), self.day)
        made._propose(self.day, needs_acceptance=True)
        self.assertTrue(made.needs_approval)
        self.assertNotIn("We propose an arrangement", self.visit().text)
        with self.assertRaises(UserError):
            self.case.sudo()._accept_page(made, self.day)
        self.assertFalse(made.accepted_on)

    def test_good_links_are_not_counted(self):
        for _visit in range(LIMITS["wrong_link"][0] + 2):
            self.assertEqual(self.visit().status_code, 200)

    def test_counts_are_forgotten(self):
        counts = self.env["arrears.page.count"].sudo()
        counts._add("wrong_link", "192.0.2.1")
        row = counts.search([("kind", "=", "wrong_link")])
        row.since = "2020-01-01 00:00:00"
        counts._gc_page_counts()
        self.assertFalse(row.exists())

    # === TWO CUSTOMERS === #

    def test_another_customers_records_are_not_there(self):
        arrangements = self.env["arrears.arrangement"].sudo()
        theirs = arrangements._make(
            arrangements._get_sources(self.case_of(self.other_move).item_ids),
            Terms(first_day=self.day + 20 * DAY, count=2),
            self.day,
        )
        theirs._propose(self.day, needs_acceptance=True)
        self.visit()
        missing = self.get("/letter/999999999")
        for path in (
            f"/letter/{self.other_notice.id}",
            f"/letter/{self.other_notice.id}/file",
            f"/arrangement/{theirs.id}/done",
            "/letter/x",
            "/letter/-1",
            "/letter/99999999999999999999999999",
            "/letter/%C2%B2",
        ):
            response = self.get(path)
            self.assertEqual(response.status_code, 404, path)
            self.assertEqual(self.text(response), self.text(missing), path)
        accepted = self.post(f"/arrangement/{theirs.id}/accept", form="/help")
        self.assertEqual(accepted.status_code, 404)
        self.assertEqual(theirs.state, "proposed")
        item = self.case_of(self.other_move).item_ids
        disputed = self.post("/dispute", form="/dispute", item=item.id, text="Not mine at all")
        self.assertEqual(disputed.status_code, 400)
        self.assertFalse(self.case_of(self.other_move).hold_ids)

    def test_a_page_names_nothing_of_another_customer(self):
        for notice, name, other in (
            (self.notice, "J. de Vries", "P. Bakker"),
            (self.other_notice, "P. Bakker", "J. de Vries"),
        ):
            page = self.visit(notice).text
            self.assertIn(name, page)
            self.assertNotIn(other, page)

    def test_a_link_counts_before_a_login_and_only_until_it_is_closed(self):
        self.log_in(self.neighbour, "portal_bakker")
        self.assertIn("P. Bakker", self.get().text)
        self.visit(self.notice)
        self.assertIn("J. de Vries", self.get().text)
        self.assertNotIn("P. Bakker", self.get().text)
        closed = self.post("/close")
        self.assertIn("The page is closed", closed.text)
        self.assertNotIn("J. de Vries", self.get().text)

    def test_a_closed_page_is_closed(self):
        self.visit()
        self.post("/close")
        self.assertEqual(self.get().status_code, 404)

    # === TWO COMPANIES === #

    def test_a_link_shows_one_company_and_a_login_its_own(self):
        other = self.setup_other_company()["company"]
        other._set_arrears_defaults()
        there = self.make_policy(company_id=other.id)
        company, type(self).company = self.company, other
        try:
            foreign = self.make_invoice(self.day - 10 * DAY, there)
        finally:
            type(self).company = company
        self.runs.with_company(other).run_for(self.day, other)
        self.assertTrue(self.case_of(foreign))
        page = self.visit().text
        self.assertNotIn(foreign.name, self.text(self.get()).replace(self.move.name, ""))
        self.assertIn(self.move.name, page)
        self.post("/close")
        self.log_in(self.customer, "portal_there", company=other)
        self.assertNotIn(self.notice.name, self.get().text)
        self.assertIn(there.name, self.get().text)
        self.assertEqual(self.get(f"/letter/{self.notice.id}").status_code, 404)

    # === TOKENS, HEADERS, SESSIONS === #

    @mute_logger("odoo.http")
    def test_a_form_without_its_token_is_refused(self):
        self.visit()
        item = self.case.item_ids
        for path, values in (
            ("/dispute", {"item": item.id, "text": "I have paid this"}),
            ("/message", {"text": "Hello"}),
            ("/call", {"number": "0612345678"}),
            ("/arrange/preview", {"kind": "arrangement", "count": 2}),
            ("/arrange/confirm", {"kind": "arrangement", "count": 2}),
            ("/close", {}),
            ("/arrangement/1/accept", {}),
        ):
            response = self.post(path, token=False, **values)
            self.assertEqual(response.status_code, 400, path)
        self.assertFalse(self.case.hold_ids)
        self.assertFalse(self.history())
        self.assertEqual(self.get().status_code, 200)

    def test_nobody_keeps_frames_or_finds_these_pages(self):
        responses = [self.url_open("/arrears/ABCDEFGHJKLMNPQR"), self.visit()]
        responses += [self.get(path) for path in (*PAGES, "/letter/x", "/closed", "/done/message")]
        responses.append(self.post("/dispute", form="/dispute"))
        for response in responses:
            self.assertEqual(response.headers["Cache-Control"], "no-store", response.url)
            self.assertEqual(response.headers["Referrer-Policy"], "no-referrer", response.url)
            self.assertIn("noindex", response.headers["X-Robots-Tag"], response.url)
            self.assertEqual(response.headers["X-Frame-Options"], "DENY", response.url)
            self.assertIn('name="robots"', response.text, response.url)

    def test_the_answer_to_the_link_itself_is_kept_nowhere_either(self):
        path = f"/arrears/{self.link_of().code}"
        response = self.url_open(path, allow_redirects=False)
        self.assertEqual(response.status_code, 303)
        self.assertEqual(response.headers["Cache-Control"], "no-store")
        self.assertEqual(response.headers["Referrer-Policy"], "no-referrer")

    def test_opening_a_link_gives_a_new_session(self):
        self.url_open("/my/arrears/closed")
        before = self.opener.cookies["session_id"]
        self.visit()
        self.assertNotEqual(self.opener.cookies["session_id"], before)

    def test_the_code_of_a_link_is_not_in_the_log(self):
        code, lines = self.link_of().code, []
        listener = logging.Handler()
        listener.emit = lambda record: lines.append(record.getMessage())
        logging.getLogger("werkzeug").addHandler(listener)
        self.addCleanup(logging.getLogger("werkzeug").removeHandler, listener)
        self.url_open(f"/arrears/{code}")
        self.url_open("/my/arrears/help")
        # A line is written after the answer was sent, by the server's own thread.
        until = time.monotonic() + 10
        while "/my/arrears/help" not in " ".join(lines) and time.monotonic() < until:
            time.sleep(0.05)
        logged = " ".join(lines)
        self.assertNotIn(code, logged)
        self.assertIn("GET /arrears/***", logged)
        self.assertIn("GET /my/arrears/help", logged)
        record = logging.LogRecord("werkzeug", 20, "", 0, "%s", (f"GET /arrears/{code}",), None)
        MaskCodes().filter(record)
        self.assertEqual(record.getMessage(), "GET /arrears/***")

    # === RIGHTS === #

    def test_a_customer_has_no_rights_on_the_models(self):
        user = self.log_in(self.customer, "portal_without_rights")
        for model in ("arrears.case", "arrears.item", "arrears.notice", "arrears.access.link"):
            self.assertFalse(self.env[model].with_user(user).has_access("read"), model)
        for model in ("arrears.hold", "arrears.arrangement", "arrears.page.count"):
            self.assertFalse(self.env[model].with_user(user).has_access("create"), model)

    def test_letters_about_cis_are_for_who_logged_in(self):
        self.notice.sudo().env.cr.execute(
            "UPDATE arrears_notice SET announces_cis = true WHERE id = %s", [self.notice.id]
        )
        self.notice.invalidate_recordset()
        self.visit()
        self.assertEqual(self.get(f"/letter/{self.notice.id}").status_code, 404)
        self.post("/close")
        self.log_in(self.customer, "portal_cis")
        self.assertEqual(self.get(f"/letter/{self.notice.id}").status_code, 200)

    def test_a_colleague_of_a_business_sees_the_business(self):
        business = self.make_customer("Bakkerij Oost", is_company=True, debtor_type="business")
        policy = self.make_policy(partner_id=business.id)
        self.make_invoice(self.day - 5 * DAY, policy)
        self.run_on(self.day)
        user = self.log_in(business, "portal_bakkerij", name="K. Oost")
        self.assertEqual(user.partner_id.commercial_partner_id, business)
        self.assertIn(policy.name, self.get().text)
        self.assertNotIn(self.policy.name, self.get().text)

    def test_who_is_kept_below_a_person_is_not_that_person(self):
        self.log_in(self.customer, "portal_helper", name="A. Helper")
        self.assertNotIn(self.policy.name, self.get().text)
        self.assertIn("Nothing is open", self.get().text)
        counts = self.make_jsonrpc_request("/my/counters", {"counters": ["arrears_count"]})
        self.assertFalse(counts["arrears_count"])
