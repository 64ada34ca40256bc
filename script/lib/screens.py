"""Take the screens of the description page: screens.py DATABASE URL DEVTOOLS FOLDER LOGFILE.

DATABASE is a copy of the demo, URL where Odoo serves it, DEVTOOLS where a browser listens.
"""

import base64
import json
import sys
import time
from datetime import date, timedelta
from pathlib import Path

import requests
import websocket

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.modules.registry import Registry

HANDLER = "handler"  # the demo's login and password
# Somebody whose cover is suspended, and somebody who can pay in parts.
CASE, HELPED = "AR/00012", "AR/00016"
PLATE, DAY_OF_LOSS = "V-417-AU", "03/30/2026"
DESK, PHONE = (1280, 800), (390, 720)
SECONDS = 60


def prepare(database, logfile):
    """Let the handler read English and old letters' links work; return where the screens are."""
    options = ["-d", database, "--logfile", logfile, "--no-http"]
    odoo.tools.config.parse_config(options, setup_logging=True)
    with Registry(database).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        env["res.users"].search([("login", "=", HANDLER)]).lang = "en_US"
        cases = {case.name: case for case in env["arrears.case"].search([])}
        link = env["arrears.access.link"].search(
            [("partner_id", "=", cases[HELPED].partner_id.id)], limit=1
        )
        link.expires_on = date.today() + timedelta(days=30)  # noqa: DTZ011
        return {
            "case": f"/odoo/arrears/{cases[CASE].id}",
            "helped": f"/odoo/arrears/{cases[HELPED].id}",
            "check": "/odoo/action-premium_arrears.insurance_cover_check_action",
            "page": f"/arrears/{link.code}",
        }


class Browser:
    """A tab that is looked at over the DevTools protocol."""

    def __init__(self, url, devtools, folder):
        self.url, self.folder, self.last = url, Path(folder), 0
        tab = requests.put(f"{devtools}/json/new?about:blank", timeout=SECONDS).json()
        self.socket = websocket.create_connection(
            tab["webSocketDebuggerUrl"], timeout=SECONDS, suppress_origin=True
        )

    def do(self, method, **params):
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def open(self, path, size):
        width, height = size
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        self.do("Page.navigate", url=self.url + path)

    def wait(self, expression):
        """Wait until the expression is true in the page."""
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            found = self.do("Runtime.evaluate", expression=f"!!({expression})")
            if found["result"].get("value") is True:
                return
            time.sleep(0.2)
        raise SystemExit(f"the page never came so far: {expression}")

    def find(self, selector, text=""):
        """Wait for an element, with this text in it; the page knows it as ``found``."""
        self.wait(
            f"window.found = [...document.querySelectorAll({json.dumps(selector)})]"
            f".find((node) => node.offsetParent && node.textContent.includes({json.dumps(text)}))"
        )

    def click(self, selector, text=""):
        self.find(selector, text)
        self.do("Runtime.evaluate", expression="found.click()")

    def type(self, selector, text):
        """Type over what an input holds, and leave it."""
        self.find(selector)
        self.do("Runtime.evaluate", expression="found.focus(), found.select()")
        self.do("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            self.do("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab")

    def take(self, name):
        # What fades or is still being fetched comes to rest.
        self.do("Runtime.evaluate", expression="document.activeElement.blur()")
        time.sleep(2)
        picture = self.do("Page.captureScreenshot", format="png")["data"]
        (self.folder / f"{name}.png").write_bytes(base64.b64decode(picture))

    def log_in(self):
        self.open("/web/login", DESK)
        self.type("input[name=login]", HANDLER)
        self.type("input[name=password]", HANDLER)
        self.click("form.oe_login_form button[type=submit]")
        self.find(".o_main_navbar")


def main(database, url, devtools, folder, logfile):
    where = prepare(database, logfile)
    browser = Browser(url, devtools, folder)
    browser.open(where["page"], PHONE)
    browser.find(".o_arrears_summary")
    browser.open("/my/arrears/language/en", PHONE)
    browser.find(".o_arrears_summary", "You have to pay now")
    browser.take("own-page")

    browser.log_in()
    browser.open(where["case"], DESK)
    browser.click(".nav-link", "Decisions")
    browser.find(".tab-pane.active .o_data_row")
    browser.take("case")

    browser.open(where["check"], DESK)
    browser.type("[name=search_text] input", PLATE)
    browser.find(".o_arrears_answer")
    browser.click("[name=day] .o_input")
    browser.type("[name=day] input", DAY_OF_LOSS)
    browser.find(".o_arrears_answer", "No cover")
    browser.take("was-there-cover")

    browser.open(where["helped"], (DESK[0], 1030))
    browser.click("button[name=action_help]")
    browser.click(".modal [name=able] input")
    browser.click(".o_select_menu_item", "Can pay it in parts")
    browser.find(".modal [name=preview] tbody tr")
    browser.take("help")


main(*sys.argv[1:])
