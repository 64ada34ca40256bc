"""The own page in a real browser: usable for everybody (axe), on a phone, from link to arrangement.

Skipped with a word by Odoo where there is no chromium.
"""

import json
import time
from importlib.resources import files

from odoo.tests import tagged

from ..controllers.debtor import LINK_KEY
from .common import DAY
from .test_payment import PayCommon

# Each page is shown without its scripts: nothing on it may need one.
CHECK = """
(async () => {
    const failures = [];
    async function show(name, response, status) {
        if (response.status !== status) {
            failures.push(`${name}: status ${response.status}, not ${status}`);
        }
        const html = (await response.text()).replace(/<script[\\s\\S]*?<\\/script>/g, "");
        document.open();
        document.write(html);
        document.close();
        while (document.readyState !== "complete") {
            await new Promise((done) => setTimeout(done, 20));
        }
        await document.fonts.ready;
        if (getComputedStyle(document.querySelector("#wrap")).maxWidth === "none") {
            failures.push(`${name}: the styles are not there`);
        }
        // Odoo's payment form repeats the name of a method in the text of its picture.
        const context = { exclude: [["#o_payment_form img"]] };
        const found = await axe.run(context, { resultTypes: ["violations"] });
        for (const violation of found.violations) {
            const nodes = violation.nodes.map((node) => node.html).join(" | ");
            failures.push(`${name}: ${violation.id}: ${violation.help}: ${nodes}`);
        }
        const wide = document.documentElement.scrollWidth;
        if (wide > window.innerWidth) {
            failures.push(`${name}: ${wide} pixels wide on a screen of ${window.innerWidth}`);
        }
    }
    function send(values) {
        const form = document.querySelector("#wrap .o_arrears_form, #wrap form[action*=confirm]");
        const data = new URLSearchParams(new FormData(form));
        for (const [name, value] of Object.entries(values)) {
            data.set(name, value);
        }
        return fetch(form.getAttribute("action"), { method: "POST", body: data });
    }
    const pages = PAGES;
    for (const page of pages) {
        await show(page.path, await fetch(page.path), page.status || 200);
        for (const [number, values] of (page.sends || []).entries()) {
            const status = page.statuses[number];
            await show(`${page.path} sent ${number}`, await send(values), status);
        }
    }
    if (window.innerWidth !== WIDTH) {
        failures.push(`the screen is ${window.innerWidth} pixels wide, not WIDTH`);
    }
    if (failures.length) {
        console.error(failures.join("\\n"));
    } else {
        console.log("test successful");
    }
})();
"""


@tagged("post_install", "-at_install")
class TestPortalAxe(PayCommon):
    def authenticate(self, user, password, *, browser=None, session_extra=None):
        """Let the browser start with the link of the letter opened."""
        extra = {
            **(session_extra or {}),
            LINK_KEY: {"id": self.link_of().id, "uid": None, "at": time.time()},
        }
        return super().authenticate(user, password, browser=browser, session_extra=extra)

    def check_pages(self, size, lang):
        """Look at every page in one language on one screen."""
        type(self).browser_size = size
        self.customer.lang = lang
        path = "/my/arrears"
        pages = [
            {"path": path},
            {"path": f"{path}/letter/{self.notice.id}"},
            {"path": f"{path}/letter/x", "status": 404},
            {"path": f"{path}/pay/all"},
            {"path": f"{path}/dispute", "sends": [{}], "statuses": [400]},
            {"path": f"{path}/message", "sends": [{}], "statuses": [400]},
            {"path": f"{path}/help", "sends": [{"number": "x"}], "statuses": [400]},
            *({"path": f"{path}/done/{what}"} for what in ("paused", "known", "again", "call")),
            {"path": f"{path}/arrange?kind=deferral"},
            {
                "path": f"{path}/arrange",
                "sends": [{"count": "99"}, {"count": "3"}, {}],
                "statuses": [400, 200, 200],
            },
            {"path": path},
            {"path": f"{path}/arrange"},
            {"path": f"{path}/closed"},
            {"path": "/arrears/ABCDEFGHJKLMNPQR", "status": 404},
        ]
        source = (files("axe_core_python") / "axe.min.js").read_text()
        code = CHECK.replace("PAGES", json.dumps(pages)).replace("WIDTH", size.partition("x")[0])
        self.browser_js(path, f"{source};{code}", ready="!!document.querySelector('#wrap')")

    def test_in_english_on_a_desktop(self):
        self.check_pages("1280x900", "en_US")

    def test_in_english_on_a_phone(self):
        self.check_pages("360x740", "en_US")

    def test_in_dutch_on_a_desktop(self):
        self.check_pages("1280x900", "nl_NL")

    def test_in_dutch_on_a_phone(self):
        self.check_pages("360x740", "nl_NL")

    def test_with_stopped_cover_a_fee_and_a_proposal(self):
        self.day = self.notice.last_day + DAY
        self.run_on(self.day)
        self.check_pages("360x740", "en_US")


@tagged("post_install", "-at_install")
class TestPortalTour(PayCommon):
    def test_from_the_link_in_the_letter_to_an_arrangement_and_a_paid_instalment(self):
        self.provider.inline_form_view_id = self.env.ref("payment_demo.inline_form")
        self.start_tour(f"/arrears/{self.link_of().code}", "premium_arrears_my_arrears")
        made = self.case.sudo().arrangement_ids
        self.assertEqual((made.state, made.origin), ("active", "portal"))
        self.assertEqual(made.instalment_ids.sorted("number").mapped("amount_paid"), [30, 0, 0])
        self.assertEqual(self.move.amount_residual, 60)
        self.assertEqual(self.case.state, "arranged")
