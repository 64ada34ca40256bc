"""The dashboard names what exists, shows figures and no errors, to those who may see them."""

import io
import json
from datetime import timedelta

from babel.messages.pofile import read_po

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import file_open
from odoo.tools.translate import extract_spreadsheet_terms

from odoo.addons.premium_arrears.tests.common import DAY, ArrearsCommon
from odoo.addons.spreadsheet.utils.validate_data import (
    fields_in_spreadsheet,
    menus_xml_ids_in_spreadsheet,
    odoo_charts,
)

ADDON = "premium_arrears_spreadsheet_dashboard"
FOLDER = f"{ADDON}/data/files"
# Waits until every cell of every sheet has a value and every figure its chart; says which has none.
LOOK = """
    const find = (node) => {
        const model = node.component.props?.model;
        if (model?.getters?.getEvaluatedCells) return model;
        for (const child of Object.values(node.children)) {
            const found = find(child);
            if (found) return found;
        }
    };
    const started = Date.now();
    const look = () => {
        const model = find(odoo.__WOWL_DEBUG__.root.__owl__);
        const values = [];
        const waiting = [];
        const wrong = [];
        for (const sheetId of model?.getters.getSheetIds() || []) {
            for (const cell of model.getters.getEvaluatedCells(sheetId).values()) {
                const words = `${cell.value} ${cell.message || ""}`;
                if (cell.value === "Loading...") waiting.push(words);
                else if (cell.type !== "error") values.push(cell.formattedValue);
                else (/loading/i.test(words) ? waiting : wrong).push(words);
            }
        }
        const charts = document.querySelectorAll(".o-figure canvas").length;
        if (wrong.length) return console.error("wrong cells: " + wrong.join("; "));
        if (model && !waiting.length && charts === CHARTS) {
            const missing = EXPECTED.filter((value) => !values.includes(value));
            if (!missing.length) return console.log("test successful");
        }
        if (Date.now() - started > 60000) {
            return console.error(
                `${waiting.length} cells wait, ${charts} charts, values: ${values.join("|")}`
            );
        }
        setTimeout(look, 200);
    };
    look();
"""


def read_file(name):
    with file_open(f"{FOLDER}/{name}.json") as file:
        return json.load(file)


@tagged("post_install", "-at_install")
class TestDashboard(ArrearsCommon, HttpCase):
    # A figure is drawn when it comes into view; this has room for all of them.
    browser_size = "1400x1900"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dashboard = cls.env.ref(f"{ADDON}.dashboard_arrears")
        cls.data = read_file("arrears_dashboard")
        cls.sample = read_file("arrears_sample_dashboard")
        cls.reader, cls.handler = (
            new_test_user(
                cls.env,
                f"dashboard_{role}",
                groups=f"premium_arrears.group_{role}",
                company_id=cls.company.id,
                company_ids=[Command.set(cls.company.ids)],
            )
            for role in ("reader", "handler")
        )

    # === WHAT IT NAMES === #

    def test_its_fields_menus_and_filters_exist(self):
        used = fields_in_spreadsheet(self.data)
        self.assertEqual(len(used), 6)
        for model, names in used.items():
            self.assertLessEqual(names, self.env[model]._fields.keys(), model)
        for data in (self.data, self.sample):
            menus = menus_xml_ids_in_spreadsheet(data)
            self.assertEqual(len(menus), 6)
            for menu in menus:
                self.assertEqual(self.env.ref(menu)._name, "ir.ui.menu")
        filters = {one["id"] for one in self.data["globalFilters"]}
        for source in [*self.data["pivots"].values(), *odoo_charts(self.data)]:
            model = source.get("model") or source["metaData"]["resModel"]
            self.assertLessEqual(source["fieldMatching"].keys(), filters)
            for matching in source["fieldMatching"].values():
                field = self.env[model]._fields[matching["chain"]]
                self.assertEqual(field.type, matching["type"])

    def test_every_formula_asks_a_pivot_that_has_the_measure(self):
        measures = {
            (number, measure["id"])
            for number, pivot in self.data["pivots"].items()
            for measure in pivot["measures"]
        }
        data = self.data["sheets"][1]["cells"].values()
        asked = {
            tuple(part.split('"')[:2])
            for cell in data
            for part in cell.replace(',"', '"').split("PIVOT.VALUE(")[1:]
        }
        self.assertTrue(asked)
        self.assertLessEqual(asked, measures)

    def test_the_sample_shows_the_same_figures_in_the_same_places(self):
        def places(data):
            figures = data["sheets"][0]["figures"]
            return [(f["id"], f["offset"], f["data"]["title"]["text"]) for f in figures]

        self.assertEqual(places(self.data), places(self.sample))
        self.assertFalse(self.sample["pivots"])

    def test_all_of_it_is_in_dutch(self):
        terms = set()
        for data in (self.data, self.sample):
            file = io.StringIO(json.dumps(data))
            terms |= {
                term for _line, _name, term, _notes in extract_spreadsheet_terms(file, [], [], {})
            }
        with file_open(f"{ADDON}/i18n/nl.po", "rb") as file:
            dutch = read_po(file)
        self.assertEqual(
            {term for term in terms if not dutch.get(term) or not dutch.get(term).string}, set()
        )

    # === WHO SEES IT === #

    def test_it_is_for_who_may_see_the_figures(self):
        self.assertTrue(self.dashboard.with_user(self.handler).read(["name"]))
        with self.assertRaises(AccessError):
            self.dashboard.with_user(self.reader).read(["name"])

    # === IN THE BROWSER === #

    def look(self, charts, *expected):
        code = LOOK.replace("CHARTS", str(charts)).replace("EXPECTED", json.dumps(expected))
        self.browser_js(
            f"/odoo/dashboards?dashboard_id={self.dashboard.id}",
            code,
            "!!document.querySelector('.o-figure')",
            login=self.handler.login,
            timeout=120,
        )

    def test_a_handler_sees_figures_without_errors(self):
        # In arrears some months ago, so that the last twelve months have it whatever the day is.
        due = fields.Date.today().replace(day=1) - timedelta(days=80)
        move = self.make_invoice(due)
        notice = self.formal_notice(move, due + DAY)
        self.walk_until(notice.date, lambda: notice.fee_id.state == "booked")
        self.env.flush_all()
        self.look(16, "45", "85", "40", "100.0%", "Formal 14-day notice")

    def test_an_office_without_arrears_sees_the_sample(self):
        self.assertTrue(self.dashboard.with_user(self.handler)._dashboard_is_empty())
        self.look(16, "18,450", "20,310", "86%", "Anna")
