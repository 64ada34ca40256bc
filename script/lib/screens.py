"""Take screens of the demo: screens.py DATABASE URL DEVTOOLS FOLDER LOGFILE [LANGUAGE NAME ...].

DATABASE is a copy of the demo, URL where Odoo serves it on the day of screen_table.py, DEVTOOLS
where a browser listens. screen_table.py says which screens there are; with NAMEs only those.
Before Odoo serves the copy, `screens.py prepare DATABASE LOGFILE` lives until that morning and says
which day it is.
"""

import sys
from datetime import date, timedelta

from browser import Browser
from freezegun import freeze_time
from screen_table import (
    BEGINNER,
    DISPUTES,
    LANGUAGES,
    NEW_OFFICE,
    RECORDS,
    SCREENS,
    TALKS,
    TODAY,
)

import odoo.tools
from odoo.api import SUPERUSER_ID, Environment
from odoo.fields import Command
from odoo.modules.registry import Registry
from odoo.tests import Form

DAY_OF_LOSS = date(2026, 3, 30)
PUBLIC_PAGES = {"nl": "/betalingsachterstand", "en": "/payment-arrears"}


def open_registry(database, logfile):
    options = ["-d", database, "--logfile", logfile, "--no-http"]
    odoo.tools.config.parse_config(options, setup_logging=True)
    return Registry(database)


def prepare(database, logfile):
    """Live until the morning of the pictures: a dispute, talks, and a run that is proposed."""
    with (
        freeze_time(f"{TODAY} 06:00:00", tick=True),
        open_registry(database, logfile).cursor() as cr,
    ):
        env = Environment(cr, SUPERUSER_ID, {"lang": "nl_NL"})
        # The Dutch of today, also when the demo was made some time ago.
        env.ref("base.module_premium_arrears")._update_translations(["nl_NL"])
        live(env, env["res.users"].search([("login", "=", "handler")]))
        begin(env)
        run = env["arrears.run"].create({"date": TODAY})
        run.action_propose()
        env.flush_all()
        cr.execute("UPDATE mail_message SET date = %s WHERE date > %s", [f"{TODAY} 05:00:00"] * 2)
    print(TODAY)


def live(env, handler):
    """Let a handler place a hold and talk to customers, as the table says."""

    def of(name):
        cases = env["arrears.case"].with_user(handler)
        return cases.search([("partner_id.name", "=", name), ("state", "=", "open")], limit=1)

    name, reason = DISPUTES
    end = TODAY + timedelta(days=14)
    env["arrears.hold"].with_user(handler)._place(of(name), "dispute", TODAY, reason, end=end)
    for name, answers, way in TALKS:
        talk = Form(
            env["arrears.help"].with_user(handler).with_context(default_case_id=of(name).id)
        )
        for answer, value in answers.items():
            setattr(talk, answer, value)
        if way:
            talk.way, talk.deviation_reason = way, "customer_wish"
        talk.told = True
        talk.save().action_apply()


def begin(env):
    """Found a second office, with somebody who may set it up."""
    company = env["res.company"].create({"name": NEW_OFFICE, "country_id": env.ref("base.nl").id})
    env["res.users"].with_context(no_reset_password=True).create(
        {
            "name": "Tess Wilgenhof",
            "login": BEGINNER,
            "password": BEGINNER,
            "company_id": company.id,
            "company_ids": [Command.set(company.ids)],
            "group_ids": [
                Command.link(env.ref("premium_arrears.group_manager").id),
                Command.link(env.ref("base.group_system").id),
            ],
        }
    )


def find(database, logfile):
    """Return what the table calls by name."""
    with open_registry(database, logfile).cursor() as cr:
        env = Environment(cr, SUPERUSER_ID, {})
        found = {}
        for name, (model, domain, *path) in RECORDS.items():
            records = env[model].search(domain).sorted("id")
            if path:
                records = records.mapped(path[0]).sorted("id")
            if not records:
                raise SystemExit(f"screen_table.py: the demo has no {name}")
            found[name] = records[-1].id
        helped = env["arrears.case"].browse(found["helped"])
        links = env["arrears.access.link"].search([("partner_id", "=", helped.partner_id.id)])
        formats = {
            name: env["res.lang"]._lang_get(code).date_format for name, code in LANGUAGES.items()
        }
        found["link"] = links.sorted("expires_on")[-1].code
        return {
            name: {
                **found,
                "lang": name,
                "loss_day": DAY_OF_LOSS.strftime(formats[name]),
                "public_page": PUBLIC_PAGES[name],
            }
            for name in LANGUAGES
        }


def take(browser, screen, language, words):
    browser.open(screen.where.format(**words), screen.size)
    for act, *given in screen.steps:
        given = [text.format(**words) for text in given]
        if act == "go":
            browser.open(*given, screen.size)
        else:
            {
                "click": browser.click,
                "find": browser.find,
                "show": browser.show,
                "type": browser.type,
            }[act](*given)
    browser.take(f"{screen.name}-{language}")


def main(database, url, devtools, folder, logfile, only="", *names):
    words = find(database, logfile)
    if unknown := set(names) - {screen.name for screen in SCREENS}:
        raise SystemExit(f"screen_table.py has no {', '.join(sorted(unknown))}")
    screens = [screen for screen in SCREENS if not names or screen.name in names]
    browser = Browser(url, devtools, folder, TODAY)
    failed = []
    for language in [only] if only else LANGUAGES:
        for login in sorted({screen.login for screen in screens}):
            if login:
                browser.log_in(login, LANGUAGES[language])
            else:
                browser.forget()
            for screen in screens:
                if screen.login == login:
                    try:
                        take(browser, screen, language, words[language])
                        print(f"{screen.name}-{language}", flush=True)
                    except SystemExit as error:
                        failed.append(f"{screen.name}-{language}: {error}")
                        browser.take(f"failed-{screen.name}-{language}")
    browser.do("Page.close")
    if failed:
        raise SystemExit("\n".join(failed))


if sys.argv[1] == "prepare":
    prepare(*sys.argv[2:])
else:
    main(*sys.argv[1:])
