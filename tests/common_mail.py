"""Real mail in tests: a server on this machine that takes, refuses or breaks off as it is told."""

import io
import socket
from contextlib import contextmanager
from unittest.mock import patch

from aiosmtpd.controller import Controller

from odoo import Command
from odoo.tests import tagged
from odoo.tools.pdf import PdfFileReader

from .common import ArrearsCommon


class Mailbox:
    """Keeps what it takes. ``answers`` maps an address to the answer it gets instead of "250"."""

    def __init__(self, answers=None):
        self.answers = answers or {}
        self.mails = []

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = self.answers.get(address, self.answers.get("*", ""))
        if answer == "hang up":
            server.transport.close()
            return "421 bye"
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return "250 Taken"


@tagged("post_install", "-at_install")
class MailStory(ArrearsCommon):
    """A customer who agreed to legal notices by e-mail, and a mail server to talk to."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.partner_id.email = "office@example.com"
        cls.customer.write(
            {"email": "j.devries@example.com", "e_notice_consent_date": "2025-06-01"}
        )
        domains = cls.env["mail.alias.domain"].sudo()
        cls.company.alias_domain_id = domains.search([("name", "=", "example.com")]) or (
            domains.create({"name": "example.com"})
        )
        cls.bounces_to = cls.company.alias_domain_id.bounce_email

    @contextmanager
    def mail_server(self, answers=None, port=None):
        """Send mail for real, to a server that answers as told, for as long as the block lasts.

        Odoo's tests neither connect nor send; that guard is lifted here, and every other mail
        server is set aside. Nothing leaves this machine.

        :param answers: dict from address (or "*") to an SMTP answer, or "hang up"
        :param port: a port that nobody listens on, to have no server at all
        :return: the mailbox
        """
        box = Mailbox(answers)
        controller = None
        if port is None:
            # aiosmtpd's test client connects at start, so the port must be known.
            controller = Controller(box, hostname="127.0.0.1", port=free_port())
            controller.start()
            port = controller.port
        servers = self.env["ir.mail_server"].sudo()
        servers.search([]).active = False
        servers.create(
            {
                "name": "Test",
                "smtp_host": "127.0.0.1",
                "smtp_port": port,
                "smtp_encryption": "none",
                "from_filter": "example.com",
            }
        )
        try:
            with patch.object(type(servers), "_disable_send", lambda _self: False):
                yield box
        finally:
            if controller:
                controller.stop()

    def send_mails(self, day):
        """Let Odoo's mail queue do its work, on a day of the story."""
        self.env["mail.mail"].sudo().with_context(arrears_day=day).process_email_queue()

    def make_mailed_customer(self, name, email, **values):
        """Return a policy of another customer who agreed to notices by e-mail."""
        customer = self.make_customer(
            name, email=email, e_notice_consent_date="2025-06-01", **values
        )
        return self.make_policy(partner_id=customer.id)

    def make_reader(self, login, group):
        """Return a colleague of this company with one of the addon's groups."""
        return self.env["res.users"].create(
            {
                "name": login,
                "login": login,
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref(f"premium_arrears.{group}").ids)],
            }
        )

    def bounce(self, notice, day, action="failed", recipient=None, with_recipient=True):
        """Feed Odoo's mail gateway with the delivery report of a notice's mail."""
        final = f"Final-Recipient: rfc822; {recipient or notice.email_to}\n"
        report = REPORT.format(
            bounces=self.bounces_to,
            final=final if with_recipient else "",
            action=action,
            message_id=notice.mail_id.message_id,
            to=notice.email_to,
        )
        threads = self.env["mail.thread"].sudo().with_context(arrears_day=day)
        return threads.message_process(None, report)


def pages_of(file):
    """Return the text of each page of a PDF."""
    return [page.extract_text() for page in PdfFileReader(io.BytesIO(file.raw)).pages]


def text_of_file(file):
    """Return the text of a letter, whether it is a PDF or still a page."""
    return "".join(pages_of(file)) if file.mimetype == "application/pdf" else file.raw.decode()


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


REPORT = """\
Return-Path: <>
From: Mail Delivery System <MAILER-DAEMON@mx.example.com>
To: {bounces}
Subject: Undelivered Mail Returned to Sender
Message-Id: <report-1@mx.example.com>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limit"

--limit
Content-Type: text/plain; charset=us-ascii

The mail could not be delivered: no such user here.

--limit
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.com

{final}Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such user

--limit
Content-Type: message/rfc822

From: office@example.com
To: {to}
Message-Id: {message_id}
Subject: Notice

The text.
--limit--
"""
