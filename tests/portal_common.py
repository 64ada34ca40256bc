"""Customers who look at their own page, by the link in a letter or logged in."""

import re
from datetime import date
from unittest.mock import patch

from lxml import html as lxml_html

from odoo import Command
from odoo.tests import HttpCase, new_test_user

from ..controllers import debtor
from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class PortalCommon(ArrearsCommon, HttpCase):
    """J. de Vries has a letter with a term; P. Bakker is another customer of the same office."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("nl_NL")
        cls.handler = new_test_user(
            cls.env,
            "arrears_portal_handler",
            groups="premium_arrears.group_handler",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.neighbour = cls.make_customer("P. Bakker")
        cls.neighbour_policy = cls.make_policy(partner_id=cls.neighbour.id)
        cls.motor = cls.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        cls.links = cls.env["arrears.access.link"].sudo()

        cls.move = cls.make_invoice(DUE, cls.policy | cls.motor)
        cls.other_move = cls.make_invoice(DUE, cls.neighbour_policy)
        cls.notice, cls.other_notice = cls.write_letters()
        cls.case = cls.notice.case_id
        cls.case.user_id = cls.handler

    @classmethod
    def write_letters(cls):
        """Run day by day until both customers have the letter that gives them a term."""
        day, letters = DUE, cls.env["arrears.notice"]
        while len(letters) < 2:
            day += DAY
            cls.runs.run_for(day, cls.company).mark_letters_posted(day)
            mine = [("company_id", "=", cls.company.id), ("kind", "=", "formal_notice")]
            letters = letters.search([*mine, ("sent_on", "!=", False)])
        by_customer = letters.grouped("partner_id")
        return by_customer[cls.customer], by_customer[cls.neighbour]

    def setUp(self):
        super().setUp()
        self.day = self.notice.received_on + DAY
        calendar = patch.object(debtor, "_read_calendar", lambda _zone: self.day)
        calendar.start()
        self.addCleanup(calendar.stop)

    # === VISITING === #

    def link_of(self, notice=None):
        return self.links._get_or_create(notice or self.notice)

    def visit(self, notice=None):
        """Open the link of a letter, as its reader does; return the page."""
        return self.url_open(f"/arrears/{self.link_of(notice).code}")

    def log_in(self, partner, login, company=None, **contact):
        """Log a customer in, as a portal user.

        :param contact: values of a contact below the customer who logs in; none: the customer
        """
        company = company or self.company
        if contact:
            partner = self.make_customer(parent_id=partner.id, lang=partner.lang, **contact)
        user = new_test_user(
            self.env,
            login,
            groups="base.group_portal",
            partner_id=partner.id,
            name=partner.name,
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )
        self.authenticate(login, login)
        return user

    def get(self, path=""):
        return self.url_open(f"/my/arrears{path}")

    def post(self, path, form=None, token=True, **values):
        """Send a form; its token is read from the page that shows it.

        :param form: path of the page with the form; None: the page itself
        """
        found = TOKEN.search(self.get(form or "").text)
        data = {"csrf_token": found.group(1) if found and token else "", **values}
        return self.url_open(f"/my/arrears{path}", data=data)

    def text(self, response):
        """Return a page as it is read, spaces made plain."""
        tree = lxml_html.fromstring(response.content)
        for node in tree.xpath("//script|//style"):
            node.drop_tree()
        return " ".join(tree.text_content().split())

    def history(self, case=None):
        rows = (case or self.case).history_ids
        return rows.filtered(lambda row: row.event == "portal").mapped("reason")
