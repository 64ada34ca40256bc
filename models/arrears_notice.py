"""A notice: one letter or mail over the items of a case that are due for the same stage."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..law import facts
from .arrears_stage import NOTICE_KINDS, STAGE_KINDS

# Letters that are no step of a procedure: they tell what happened, and ask for nothing.
MESSAGE_KINDS = [
    ("cover_suspended", "Cover suspended"),
    ("cover_resumed", "Cover resumed"),
    ("policy_ended", "End of a policy"),
    ("policy_kept", "Policy goes on"),
    ("correction", "Correction"),
    ("cis_registered", "Registration in CIS"),
    ("arrangement_proposed", "Arrangement proposed"),
    ("arrangement", "Arrangement confirmed"),
    ("instalment_due", "Instalment to be paid soon"),
    ("instalment_missed", "Instalment missed"),
    ("arrangement_broken", "Arrangement broken"),
    ("arrangement_kept", "Arrangement kept"),
    ("help_leaflet", "Help with debts"),
    ("handed_over", "Handed over"),
]
# The law gives the customer a term after these.
TERM_KINDS = ("formal_notice", "business_notice", "final_notice")
# What can end a policy is announced in these.
ANNOUNCING_KINDS = ("final_notice",)

# What was sent stays as it was sent; these may not change once the notice has left.
EVIDENCE_FIELDS = frozenset(
    {
        "case_id",
        "origin",
        "stage_id",
        "channel",
        "date",
        "lang",
        "recipient_id",
        "fee_announced",
        "amount_total",
        "fee_vat",
        "interest_stated",
        "facts",
        "corrects_id",
        "names_suspension",
        "names_termination",
        "termination_id",
        "announces_cis",
        "stated_last_day",
        "subject",
        "body_html",
        "body_hash",
        "attachment_id",
        "file_hash",
        "email_to",
        "test_mode",
    }
)
FAILURES = [
    ("no_address", "No address known"),
    ("bounced", "The mail came back"),
    ("returned", "The letter came back"),
    ("refused", "The customer's mail server refused it"),
    ("blacklisted", "The e-mail address is blocked"),
    ("invalid", "The e-mail address is not valid"),
    ("server", "Our own mail server could not send it"),
    ("unclear", "The connection broke: it is not known whether the mail arrived"),
    ("cancelled", "A colleague cancelled the mail"),
    ("lost", "The mail was deleted before it was sent"),
    ("render", "The letter could not be made"),
]


class ArrearsNotice(models.Model):
    _name = "arrears.notice"
    _description = "Arrears Notice"
    _inherit = ["mail.thread"]
    _check_company_auto = True
    _mail_post_access = "read"
    _order = "date desc, id desc"

    name = fields.Char(string="Notice number", required=True, readonly=True, copy=False)
    case_id = fields.Many2one(
        "arrears.case", required=True, readonly=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="case_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="case_id.partner_id", store=True, index=True)
    creditor_id = fields.Many2one(related="case_id.creditor_id", store=True)
    stage_id = fields.Many2one(
        "arrears.stage",
        readonly=True,
        ondelete="restrict",
        help="Empty for a letter that is no step of a procedure.",
    )
    kind = fields.Selection([*STAGE_KINDS, *MESSAGE_KINDS], required=True, readonly=True)
    run_id = fields.Many2one(
        "arrears.run", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    line_ids = fields.One2many("arrears.notice.line", "notice_id", readonly=True)
    policy_ids = fields.Many2many("insurance.policy", compute="_compute_policy_ids")
    date = fields.Date(required=True, readonly=True, help="Business day on which it was made.")
    channel = fields.Selection(
        [("email", "E-mail"), ("post", "Post")], required=True, readonly=True, default="post"
    )
    recipient_id = fields.Many2one("res.partner", required=True, readonly=True)
    lang = fields.Char(required=True, readonly=True)
    state = fields.Selection(
        [("queued", "Queued"), ("sent", "Sent"), ("failed", "Failed"), ("withdrawn", "Withdrawn")],
        required=True,
        readonly=True,
        default="queued",
        index=True,
    )
    failure = fields.Selection(FAILURES, readonly=True)
    failure_detail = fields.Char(
        string="What was reported",
        readonly=True,
        help="In the words of the mail server or program.",
    )
    failed_on = fields.Date(readonly=True)
    email_to = fields.Char(string="Sent to", readonly=True, help="The address that was mailed.")
    test_mode = fields.Boolean(
        string="Test",
        readonly=True,
        help="Made in test mode: it never went to the customer, and nothing follows from it.",
    )
    sent_on = fields.Date(readonly=True)
    received_on = fields.Date(
        readonly=True, help="Assumed or proven day on which the customer received it."
    )
    receipt = fields.Selection(
        [("assumed", "Assumed"), ("proven", "Proven")],
        readonly=True,
        help="Assumed: by the usual time of post or e-mail. Proven: by registered post and such.",
    )
    receipt_source = fields.Char(string="Proof of receipt", readonly=True)
    last_day = fields.Date(
        string="Last day to pay",
        readonly=True,
        help="Fourteen days after receipt, extended over weekends and holidays; never before the "
        "day that the notice names.",
    )
    stated_last_day = fields.Date(
        string="Day named in the notice",
        readonly=True,
        help="Whoever has paid by this day is in time, whatever day the notice was received.",
    )
    names_suspension = fields.Boolean(readonly=True)
    amount_total = fields.Monetary(
        string="Amount stated", readonly=True, help="Premium open when the notice was made."
    )
    fee_announced = fields.Monetary(
        readonly=True, help="Statutory collection fee, without VAT, as the notice states it."
    )
    fee_vat = fields.Monetary(
        string="VAT on the fee",
        readonly=True,
        help="VAT on top of the fee, announced with its reason (collection costs decree, 2(3)).",
    )
    interest_stated = fields.Monetary(
        string="Interest stated",
        readonly=True,
        help="Statutory interest up to the day of the notice, where the office charges it.",
    )
    facts = fields.Json(
        readonly=True, help="What the text tells beside amounts and policies, as plain values."
    )
    corrects_id = fields.Many2one(
        "arrears.notice",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The notice that was withdrawn after it was sent.",
    )
    suspended_gap_ids = fields.One2many(
        "insurance.coverage.gap", "suspended_notice_id", readonly=True
    )
    resumed_gap_ids = fields.One2many("insurance.coverage.gap", "resumed_notice_id", readonly=True)
    fee_id = fields.One2many("arrears.fee", "notice_id", readonly=True)
    why = fields.Json(readonly=True)
    subject = fields.Char(readonly=True)
    body_html = fields.Html(string="Text as sent", readonly=True, sanitize=False)
    body_hash = fields.Char(string="SHA-256 of the text", readonly=True)
    attachment_id = fields.Many2one(
        "ir.attachment", string="As it was sent", readonly=True, help="The letter, or the mail."
    )
    file_hash = fields.Char(string="SHA-256 of the file", readonly=True)
    print_batch_id = fields.Many2one(
        "arrears.print.batch", readonly=True, index="btree_not_null", ondelete="restrict"
    )
    mail_id = fields.Many2one("mail.mail", readonly=True, index="btree_not_null")
    term_postponed_until = fields.Date(
        readonly=True, help="Fee and suspension are not proposed before this day."
    )
    settled = fields.Boolean(
        readonly=True, help="The end of the term was dealt with: fee, cover, next step."
    )

    _number_unique = models.UniqueIndex("(company_id, name)", "This notice number exists already.")
    _one_correction = models.UniqueIndex(
        "(corrects_id) WHERE corrects_id IS NOT NULL", "This notice was corrected already."
    )
    _step_has_stage = models.Constraint(
        "CHECK (stage_id IS NOT NULL OR kind IN "
        f"({', '.join(repr(kind) for kind, _label in MESSAGE_KINDS)}))",
        "A notice that is a step of a procedure has its stage.",
    )
    _sent_has_day = models.Constraint(
        "CHECK (state != 'sent' OR sent_on IS NOT NULL AND received_on IS NOT NULL)",
        "A sent notice has the day it was sent and the day it was received.",
    )
    _failure_index = models.Index("(recipient_id) WHERE failure IS NOT NULL")
    _term_index = models.Index("(company_id, last_day) WHERE state = 'sent' AND NOT settled")

    @api.depends("line_ids.policy_ids", "suspended_gap_ids.policy_id", "resumed_gap_ids.policy_id")
    def _compute_policy_ids(self):
        for notice in self:
            gaps = notice.suspended_gap_ids | notice.resumed_gap_ids
            notice.policy_ids = notice.line_ids.policy_ids | gaps.policy_id

    @api.model
    def _give_numbers(self, vals_list):
        """Give the notices-to-be their numbers, all of a company and a year at once."""
        unnamed = {}
        for vals in vals_list:
            if not vals.get("name"):
                case = self.env["arrears.case"].browse(vals["case_id"])
                key = (case.company_id, fields.Date.to_date(vals["date"]))
                unnamed.setdefault(key, []).append(vals)
        for (company, day), rows in unnamed.items():
            sequence = self.env["ir.sequence"].with_company(company)
            numbers = sequence._arrears_numbers("arrears.notice", len(rows), day)
            for vals, number in zip(rows, numbers, strict=True):
                vals["name"] = number

    @api.model_create_multi
    def create(self, vals_list):
        self._give_numbers(vals_list)
        return super().create(vals_list)

    def write(self, vals):
        touched = EVIDENCE_FIELDS & vals.keys()
        if touched and any(
            notice.state != "queued" and not notice._may_be_completed(touched) for notice in self
        ):
            raise UserError(
                self.env._("A notice that was sent stays as it was sent; it can be withdrawn.")
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_notice(self):
        raise UserError(self.env._("A notice is kept as evidence; withdraw it instead."))

    def _to_law(self):
        """Return the notice as the fact that ``law.ladder`` works with."""
        self.ensure_one()
        return facts.NoticeFact(
            stage=str(self.stage_id.id),
            kind=self.kind,
            state=self.state,
            sent_on=self.sent_on or None,
            received_on=self.received_on or None,
            last_day=self.last_day or None,
        )

    def _has_term(self):
        self.ensure_one()
        return self.kind in TERM_KINDS

    def _still_open_items(self):
        """Return the items of this notice that are unpaid in the cycle it was sent in."""
        lines = self.line_ids.filtered(
            lambda line: line.cycle == line.item_id.cycle and not line.item_id.settled_on
        )
        return lines.item_id

    @api.model
    def _is_notice_kind(self, kind):
        return kind in NOTICE_KINDS
