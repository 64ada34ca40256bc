"""Who looks only, does not get the secret address that a letter carries for its customer."""

import re

from lxml import html
from markupsafe import Markup

from odoo import api, fields, models

from .arrears_access_link import ALPHABET, LENGTH

HANDLER = "premium_arrears.group_handler"
# The code at the end of the address, as it is printed: with or without spaces in it.
CODE = re.compile(rf"(/arrears/)(?:[{ALPHABET}][\s-]?){{{LENGTH - 1}}}[{ALPHABET}]")


class ArrearsNotice(models.Model):
    _inherit = "arrears.notice"

    body_html = fields.Html(groups=HANDLER)
    attachment_id = fields.Many2one(groups=HANDLER)
    body_shown = fields.Html(
        string="Text as sent, without the customer's own address",
        compute="_compute_body_shown",
        compute_sudo=True,  # what is left out of it is all that a reader may not see
        sanitize=False,
    )

    @api.depends("body_html")
    def _compute_body_shown(self):
        for notice in self:
            notice.body_shown = _leave_out(notice.body_html) if notice.body_html else False

    def _mail_get_operation_for_mail_message_operation(self, message_operation):
        """Let only who sends letters read the mails themselves: they carry the address, too."""
        found = super()._mail_get_operation_for_mail_message_operation(message_operation)
        if message_operation == "read" and not self.env.user.has_group(HANDLER):
            # Those about CIS carry no address; the rules show them to its own group only.
            for notice in self.sudo():
                if not notice._is_confidential():
                    found[notice.with_env(self.env)] = "write"
        return found


def _leave_out(body):
    """Return the text of a letter without the secret address: neither in words nor as a code."""
    tree = html.fromstring(f"<div>{body}</div>")
    # The payment's own code may go with it: nobody pays from here.
    for drawn in tree.xpath("//*[@data-secret] | //img[starts-with(@src, 'data:')]"):
        drawn.drop_tree()
    text = html.tostring(tree, encoding="unicode")
    return Markup(CODE.sub(r"\1…", text))
