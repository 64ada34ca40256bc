"""A browser's tab that is looked at over the DevTools protocol."""

import base64
import json
import time
from pathlib import Path

import requests
import websocket

SECONDS = 30
FIRST = 240  # Odoo makes the web client's files at the first look
# What a page begins with: a clock that starts at the given moment and runs, and no memory of the
# page before, which would decide under which app the next one stands.
BEGIN = """(() => {
    const Real = Date, shift = Real.UTC(%s) - Real.now();
    globalThis.Date = class Date extends Real {
        constructor(...given) { given.length ? super(...given) : super(Real.now() + shift); }
        static now() { return Real.now() + shift; }
    };
    if (location.protocol === "http:") sessionStorage.clear();
})()"""
# Whether the server has heard by now that the user is there.
STILL = """document.head.append(Object.assign(document.createElement("style"), {
    textContent: ".o-mail-ImStatus { visibility: hidden; }",
}))"""


class Browser:
    """One tab.

    :param url: where Odoo is served
    :param devtools: where the browser listens
    :param folder: where pictures go
    :param day: what the page takes for today
    """

    def __init__(self, url, devtools, folder, day):
        self.url, self.folder, self.last = url, Path(folder), 0
        tab = requests.put(f"{devtools}/json/new?about:blank", timeout=SECONDS).json()
        self.socket = websocket.create_connection(
            tab["webSocketDebuggerUrl"], timeout=SECONDS, suppress_origin=True
        )
        self.do("Page.enable")
        self.do("Emulation.setTimezoneOverride", timezoneId="Europe/Amsterdam")
        begin = BEGIN % f"{day.year}, {day.month - 1}, {day.day}, 8"
        self.do("Page.addScriptToEvaluateOnNewDocument", source=begin)

    def do(self, method, **params):
        self.last += 1
        self.socket.send(json.dumps({"id": self.last, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv())
            if answer.get("id") == self.last:
                if "error" in answer:
                    raise SystemExit(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def run(self, script):
        """Return what the script is worth in the page; a promise is waited for."""
        found = self.do(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        return found["result"].get("value")

    def open(self, path, size):
        width, height = size
        self.do(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        # By way of an empty page: an address that differs after a # only would not be loaded.
        self.do("Page.navigate", url="about:blank")
        self.do("Page.navigate", url=self.url + path)
        self.wait("location.href != 'about:blank' && document.readyState == 'complete'")

    def wait(self, expression, seconds=SECONDS):
        """Wait until the expression is true in the page."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if self.run(f"!!({expression})") is True:
                return
            time.sleep(0.2)
        raise SystemExit(f"{self.run('location.href')} never came so far: {expression}")

    def find(self, selector, seconds=SECONDS):
        """Wait for an element that can be seen; the page knows it as ``found``."""
        self.wait(
            f"window.found = [...document.querySelectorAll({json.dumps(selector)})]"
            ".find((node) => node.getClientRects().length)",
            seconds,
        )

    def click(self, selector):
        self.find(selector)
        self.run("found.click()")

    def show(self, selector):
        """Bring an element to the top of what can be seen."""
        self.find(selector)
        self.run("found.scrollIntoView({block: 'start', behavior: 'instant'})")

    def type(self, selector, text):
        """Type over what an input holds, and leave it."""
        self.find(selector)
        self.run("found.focus(), found.select()")
        self.do("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            self.do("Input.dispatchKeyEvent", type=kind, key="Tab", code="Tab")

    def take(self, name):
        # What fades or is still being fetched comes to rest.
        self.run("document.activeElement.blur()")
        self.run(STILL)
        self.wait("!document.querySelector('.o_loading_indicator, .o_blockUI')")
        time.sleep(1.5)
        picture = self.do("Page.captureScreenshot", format="png")["data"]
        (self.folder / f"{name}.png").write_bytes(base64.b64decode(picture))

    def forget(self):
        """Be a browser that was never here: no session, and no list of earlier users."""
        self.do("Storage.clearDataForOrigin", origin=self.url, storageTypes="all")

    def log_in(self, login, lang):
        """Log in as somebody of the demo, who then reads this language."""
        self.forget()
        self.open("/web/login", (1280, 800))
        self.find("input[name=login]", FIRST)
        self.type("input[name=login]", login)
        self.type("input[name=password]", login)
        self.click("form.oe_login_form button[type=submit]")
        self.find(".o_main_navbar", FIRST)
        answer = self.run(
            f"""(async () => {{
                const ask = async (where, params) => {{
                    const answer = await fetch(where, {{
                        method: "POST",
                        headers: {{"Content-Type": "application/json"}},
                        body: JSON.stringify({{jsonrpc: "2.0", params}}),
                    }});
                    return (await answer.json()).result;
                }};
                const {{uid}} = await ask("/web/session/get_session_info", {{}});
                return ask("/web/dataset/call_kw/res.users/write", {{
                    model: "res.users",
                    method: "write",
                    args: [[uid], {{lang: {json.dumps(lang)}}}],
                    kwargs: {{}},
                }});
            }})()"""
        )
        if answer is not True:
            raise SystemExit(f"{login} did not get the language {lang}")
