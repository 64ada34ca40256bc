"""The public page tells what this office does: its settings, and the figures of the law."""

import json
from datetime import date
from decimal import Decimal
from importlib.resources import files
from unittest.mock import patch

from lxml import html as lxml_html

from odoo import Command
from odoo.tests import HttpCase, tagged

from ..controllers import debtor
from ..models.res_company_public_costs import read_amount
from .common import DAY, ArrearsCommon
from .test_portal_browser import CHECK

TODAY = date(2026, 3, 2)
PAGE = "/payment-arrears"


class PublicPageCommon(ArrearsCommon, HttpCase):
    """The office is the one of the site: of the visitor who is not logged in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("nl_NL")
        visitor = cls.env.ref("base.public_user").sudo()
        visitor.company_ids = [Command.link(cls.company.id)]
        visitor.company_id = cls.company
        cls.rules = cls.env["insurance.cover.rule"]
        cls.procedure = cls.company._get_public_procedure()

    def setUp(self):
        super().setUp()
        calendar = patch.object(debtor, "_read_calendar", lambda _zone: TODAY)
        calendar.start()
        self.addCleanup(calendar.stop)

    def tree(self, query="", page=PAGE, status=200):
        response = self.url_open(page + query)
        self.assertEqual(response.status_code, status)
        return lxml_html.fromstring(response.content)

    def words(self, node):
        return " ".join(node.text_content().split()).replace("\xa0", " ")

    def section(self, ident=None, **params):
        """Return the page, or a part of it, as it is read; "" if it is not there."""
        tree = self.tree(**params)
        if not ident:
            return self.words(tree.get_element_by_id("wrap"))
        found = tree.xpath(
            f"//section[@aria-labelledby='{ident}'] | //*[@id='{ident}'][not(self::h2)]"
        )
        return self.words(found[0]) if found else ""

    def steps(self):
        return [(n.get("data-kind"), self.words(n)) for n in self.tree().xpath("//li[@data-kind]")]


@tagged("post_install", "-at_install")
class TestPublicPage(PublicPageCommon):
    def test_the_steps_are_those_of_the_procedure(self):
        self.assertEqual(
            [kind for kind, _text in self.steps()],
            ["reminder", "formal_notice", "final_notice", "handover_notice", "handover"]
            + ["termination"],
        )
        texts = dict(self.steps())
        self.assertIn("7 days after the day on which you had to pay", texts["reminder"])
        self.assertIn("at least 14 days to pay without costs", texts["formal_notice"])
        self.assertIn("14 days after the step before", texts["formal_notice"])
        self.assertIn("collection costs come", texts["formal_notice"])
        self.assertIn("the cover can stop", texts["formal_notice"])
        self.assertIn(
            "7 days after the last day to pay in the letter before", texts["final_notice"]
        )

    def test_a_changed_procedure_changes_the_page(self):
        reminder, formal = self.procedure.stage_ids.sorted("sequence")[:2]
        reminder.write(
            {
                "delay_days": 9,
                "delay_unit": "working_days",
                "asks_call": True,
                "minimum_amount": 12.5,
            }
        )
        formal.names_suspension = False
        self.procedure.stage_ids.filtered(lambda s: s.kind in ("handover", "termination")).unlink()
        self.procedure.advance_days = 4
        texts = dict(self.steps())
        self.assertIn("9 working days after", texts["reminder"])
        self.assertIn("We also call you", texts["reminder"])
        self.assertIn("€12.50 or more is open", texts["reminder"])
        self.assertNotIn("cover can stop", texts["formal_notice"])
        self.assertNotIn("handover", texts)
        page = self.section()
        self.assertIn("4 days before the day on which you have to pay", page)
        self.assertNotIn("insurance can end", page)
        self.assertNotIn("(CIS)", page)
        self.assertNotIn("agency can take it over", page)

    def test_a_stage_of_later_is_not_told_yet(self):
        self.procedure.stage_ids.filtered(lambda stage: stage.kind == "reminder").date_from = (
            TODAY + DAY
        )
        self.assertEqual(self.steps()[0][0], "formal_notice")

    def test_an_own_procedure_goes_before_the_shared_one(self):
        own = self.procedure.copy({"company_id": self.company.id, "name": "Ours"})
        own.stage_ids.filtered(lambda s: s.kind == "reminder").delay_days = 21
        self.assertIn("21 days after", dict(self.steps())["reminder"])
        self.assertNotIn("do it a little differently", self.section())
        own.copy({"insurer_id": self.insurer.id})
        self.assertIn("do it a little differently", self.section())

    def test_the_tariff_comes_from_the_law(self):
        rows = [
            (self.words(row[0]), self.words(row[1]))
            for row in self.tree().xpath("//table[@id='arrears_tariff']/tbody/tr")
        ]
        self.assertEqual(
            rows,
            [
                ("Over the first €2,500", "15%"),
                ("Over the next €2,500", "10%"),
                ("Over the next €5,000", "5%"),
                ("Over the next €190,000", "1%"),
                ("Above €200,000", "0.5%"),
            ],
        )
        costs = self.section("arrears_costs")
        for figure in ("€40.00", "€20.00", "€140.00", "€266.67", "€6,775.00", "6 months"):
            self.assertIn(figure, costs)

    def test_interest_only_where_consumers_pay_it(self):
        self.assertIn("charge consumers no interest", self.section("arrears_costs"))
        self.company.arrears_interest = "business"
        self.assertIn("charge consumers no interest", self.section("arrears_costs"))
        self.company.arrears_interest = "everybody"
        self.assertIn("4% a year", self.section("arrears_costs"))

    def test_cover_by_role_and_rule(self):
        told = self.section("arrears_cover")
        self.assertIn("from the day after it", told)
        self.assertIn("again from the day after we have received", told)
        self.assertIn("never comes back for the past", told)
        self.assertNotIn("Your insurer decides", told)
        self.rules.create(
            {
                "company_id": self.company.id,
                "date_from": TODAY,
                "suspend_after": "final_notice",
                "grace_days": 5,
                "resumption": "hours_24",
                "resume_includes_costs": True,
            }
        )
        told = self.section("arrears_cover")
        self.assertIn(
            "of the last letter? Then we can stop the cover, at the earliest 5 days", told
        )
        self.assertIn("24 hours after", told)
        self.assertIn("costs for it have to be paid too", told)
        self.env["insurance.policy"].search(
            [("company_id", "=", self.company.id)]
        ).office_role = "intermediary"
        told = self.section("arrears_cover")
        self.assertIn("Your insurer decides", told)
        self.assertNotIn("we can stop the cover", told)

    def test_vehicles_only_where_there_are(self):
        self.assertEqual(self.section("arrears_motor"), "")
        self.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        self.assertIn("RDW", self.section("arrears_motor"))

    def test_cis_only_where_the_office_takes_part(self):
        self.company.arrears_cis = False
        self.assertEqual(self.section("arrears_cis"), "")
        self.assertTrue(self.section("arrears_end"))
        self.company.arrears_cis = True
        self.assertIn("We can note", self.section("arrears_cis"))

    def test_ways_out_with_the_bounds_of_the_office(self):
        self.company.write(
            {
                "arrears_arrangement_months": 11,
                "arrears_arrangement_smallest": 27.0,
                "arrears_arrangement_portal": False,
                "arrears_municipality_url": "https://gemeente.example/schuldhulp",
                "arrears_help_phone": "030 555 01 99",
                "arrears_register_number": "R-778899",
            }
        )
        ways = self.section("arrears_ways")
        self.assertIn("at most 11 months", ways)
        self.assertIn("at least €27.00", ways)
        self.assertNotIn("make it yourself", ways)
        for helper in ("Geldfit", "NVVK", "municipality"):
            self.assertIn(helper, ways)
        tree = self.tree()
        self.assertTrue(tree.xpath("//a[@href='https://gemeente.example/schuldhulp']"))
        self.assertTrue(tree.xpath("//a[@href='tel:0305550199']"))
        self.assertIn("R-778899", self.section("arrears_who"))
        self.company.arrears_municipality_url = "data:text/html,hello"
        self.assertNotIn("data:text/html", self.url_open(PAGE).text)
        self.company.arrears_register_number = False
        self.assertEqual(self.section("arrears_register"), "")

    def test_the_municipality_is_an_address_that_a_browser_may_open_or_nothing(self):
        for typed, safe in (
            ("https://gemeente.example/schuldhulp", "https://gemeente.example/schuldhulp"),
            ("HTTP://gemeente.example", "http://gemeente.example"),
            (" www.zeist.nl/schulden?hulp=1#nu ", "https://www.zeist.nl/schulden?hulp=1#nu"),
            ("zeist.nl:8443/hulp", "https://zeist.nl:8443/hulp"),
            ("javascript:alert(1)", ""),
            ("javascript://zeist.nl/%0aalert(1)", ""),
            ("data:text/html,hello", ""),
            ("ftp://zeist.nl", ""),
            ("https://", ""),
            ("zeist", ""),
            ('https://zeist.nl/"onclick=alert(1)', ""),
            ("help with debts", ""),
            (False, ""),
        ):
            self.company.arrears_municipality_url = typed
            self.assertEqual(self.company._get_municipality_address(), safe, typed)
        self.company.arrears_municipality_url = "www.zeist.nl/schulden"
        self.assertTrue(self.tree().xpath("//a[@href='https://www.zeist.nl/schulden']"))

    def test_off_is_not_there(self):
        self.company.arrears_public_page = False
        for page in (PAGE, "/betalingsachterstand"):
            self.assertEqual(self.url_open(page).status_code, 404)
            self.assertEqual(self.url_open(f"{page}?amount=45").status_code, 404)

    def test_both_addresses_and_who_may_find_them(self):
        response = self.url_open("/betalingsachterstand")
        self.assertEqual(lxml_html.fromstring(response.content).get("lang"), "nl")
        self.assertIn('href="/payment-arrears"', response.text)
        self.assertNotIn("noindex", response.text)
        self.assertNotIn("X-Robots-Tag", response.headers)
        self.assertEqual(response.headers["X-Frame-Options"], "DENY")
        english = self.tree()
        self.assertEqual(english.get("lang"), "en")
        self.assertTrue(english.xpath("//a[@href='/betalingsachterstand'][@lang='nl']"))
        self.assertEqual(self.url_open(PAGE, data={"amount": "45"}).status_code, 405)

    def test_without_insurances_and_without_a_procedure(self):
        self.env["arrears.procedure"].search([]).active = False
        self.env["insurance.policy"].search([]).active = False
        page = self.section()
        self.assertIn("We send you no letters about this now", page)
        self.assertIn("Your insurer decides", page)


@tagged("post_install", "-at_install")
class TestPublicCalculator(PublicPageCommon):
    def fee(self, amount, earlier="0"):
        [shown] = self.tree(f"?amount={amount}&earlier={earlier}").xpath(
            "//*[@id='arrears_result']//p[contains(@class, 'o_arrears_amount')]"
        )
        return self.words(shown)

    def test_vectors_of_the_law(self):
        # docs/law.md, the vectors of the tariff and of the cumulation.
        for amount, earlier, fee in (
            ("0.01", 0, "€40.00"),
            ("45", 0, "€40.00"),
            ("266.67", 0, "€40.00"),
            ("266.67", 1, "€20.00"),
            ("267", 1, "€40.05"),
            ("45", 1, "€20.00"),
            ("45", 5, "€20.00"),
            ("1.250,00", 0, "€187.50"),
            ("12345,67", 0, "€898.45"),
            ("1,200,000.00", 0, "€6,775.00"),
        ):
            self.assertEqual(self.fee(amount, earlier), fee, (amount, earlier))

    def test_six_letters_cost_140(self):
        total = sum(Decimal(self.fee("45", number).strip("€")) for number in range(6))
        self.assertEqual(total, Decimal("140.00"))

    def test_amounts_as_people_write_them(self):
        for text, amount in (
            ("45", "45.00"),
            ("€ 45,5", "45.50"),
            ("€\xa01.234,56", "1234.56"),
            ("1,234.56", "1234.56"),
            ("1.234", "1234.00"),
            ("0", "0.00"),
        ):
            self.assertEqual(read_amount(text), Decimal(amount), text)
        for text in (
            "",
            "x",
            "-1",
            "1e5",
            "1.2.3",
            "45,678,9",
            "٤٥",
            "²",
            "NaN",
            "1_000",
            "1 000,5",
        ):
            self.assertIsNone(read_amount(text), text)

    def test_bad_input_is_answered_kindly(self):
        for query in (
            "?amount=",
            "?amount=0",
            "?amount=-5",
            "?amount=99999999999999999999999999999999999999",
            "?amount=x%00y",
            "?amount=45&earlier=6",
            "?amount=45&earlier=²",
            "?amount=45&earlier=x",
        ):
            tree = self.tree(query, status=400)
            self.assertTrue(tree.xpath("//*[@id='arrears_errors']"), query)
            self.assertFalse(tree.xpath("//*[@id='arrears_result']"), query)

    def test_what_is_typed_stays_text(self):
        script = '"><script>alert(1)</script>{{ 7*7 }}{office.__class__}'
        response = self.url_open(PAGE, params={"amount": script, "earlier": script}, method="GET")
        self.assertEqual(response.status_code, 400)
        self.assertNotIn("<script>alert(1)", response.text)
        tree = lxml_html.fromstring(response.content)
        [field] = tree.xpath("//input[@name='amount']")
        self.assertEqual(field.get("value"), script[:41])
        self.assertEqual(self.url_open(f"{PAGE}?amount=45&lang=x&company=999").status_code, 200)

    def test_an_office_with_braces_in_its_name(self):
        self.company.name = "A {0} {x.__class__} & <b>B</b>"
        self.assertIn("A {0} {x.__class__} & <b>B</b> asks you", self.section("arrears_who"))


@tagged("post_install", "-at_install")
class TestPublicPageAxe(PublicPageCommon):
    def check(self, size, page):
        type(self).browser_size = size
        self.make_policy(line_of_business="motor", licence_plate="GB-123-K")
        self.make_policy(office_role="intermediary")
        self.company.write({"arrears_cis": True, "arrears_register_number": "R-1"})
        pages = [
            {"path": page},
            {"path": f"{page}?amount=45&earlier=1"},
            {"path": f"{page}?amount=x&earlier=9", "status": 400},
        ]
        source = (files("axe_core_python") / "axe.min.js").read_text()
        code = CHECK.replace("PAGES", json.dumps(pages)).replace("WIDTH", size.partition("x")[0])
        self.browser_js(page, f"{source};{code}", ready="!!document.querySelector('#wrap')")

    def test_on_a_desktop(self):
        self.check("1280x900", PAGE)

    def test_on_a_phone(self):
        self.check("360x740", PAGE)

    def test_in_dutch_on_a_phone(self):
        self.check("360x740", "/betalingsachterstand")
