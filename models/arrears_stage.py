"""One step of a procedure: when it comes, what is sent, what it may cause."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..law import facts

STAGE_KINDS = [
    ("reminder", "Reminder"),
    ("formal_notice", "Formal 14-day notice"),
    ("business_notice", "Notice to a business"),
    ("final_notice", "Final notice"),
    ("handover_notice", "Announcement of hand-over"),
    ("handover", "Hand-over"),
    ("termination", "Termination"),
    ("service_notice", "Service message"),
]
# Stages that send something; the others are proposed to a person.
NOTICE_KINDS = (
    "reminder",
    "formal_notice",
    "business_notice",
    "final_notice",
    "handover_notice",
    "service_notice",
)
# Notices with the statutory consequences of articles 6:96 and 7:934 Civil Code.
STATUTORY_KINDS = ("formal_notice", "business_notice")

# How the law calls the ways of counting days.
COUNTINGS = {"days": "calendar", "working_days": "working"}


class ArrearsStage(models.Model):
    _name = "arrears.stage"
    _description = "Arrears Stage"
    _order = "procedure_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    procedure_id = fields.Many2one(
        "arrears.procedure", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="procedure_id.company_id", store=True)
    sequence = fields.Integer(default=10)
    kind = fields.Selection(STAGE_KINDS, required=True, default="reminder")
    delay_days = fields.Integer(
        string="Days to wait",
        default=7,
        help="The first stage: days after the due date. A later one: days after the last day to "
        "pay of the notice before it, or after the day that was sent when it had no term.",
    )
    delay_unit = fields.Selection(
        [("days", "Days"), ("working_days", "Working days")],
        string="Counted in",
        required=True,
        default="days",
        help="Working days run from Monday to Friday and pass over recognised holidays.",
    )
    date_from = fields.Date(
        string="In force from",
        help="What comes into arrears on this day or later follows this stage. Empty: from ever.",
    )
    date_until = fields.Date(
        string="Last day in force",
        help="What comes into arrears after this day no longer follows this stage; what did so "
        "before goes on with it. Empty: no end.",
    )
    minimum_amount = fields.Float(
        digits="Account", help="Nothing is done while less than this is open."
    )
    automatic = fields.Boolean(
        default=True,
        help="The run carries the step out by itself. Otherwise it proposes, and a person decides.",
    )
    charges_fee = fields.Boolean(
        string="Announces a fee",
        help="The notice announces the statutory collection fee (article 6:96 Civil Code).",
    )
    names_suspension = fields.Boolean(
        help="The notice names suspension of the cover as a consequence (article 7:934 Civil Code)."
    )
    asks_call = fields.Boolean(
        string="Asks for a phone call",
        help="The case also comes on the list of customers to call.",
    )
    mail_template_id = fields.Many2one(
        "mail.template", domain=[("model", "=", "arrears.notice")], ondelete="restrict"
    )

    _delay_not_negative = models.Constraint(
        "CHECK (delay_days >= 0)", "A stage cannot come before the one it follows."
    )
    _until_after_from = models.Constraint(
        "CHECK (date_until IS NULL OR date_from IS NULL OR date_until >= date_from)",
        "The last day on which a stage is in force cannot lie before its first day.",
    )
    _only_statutory_notices = models.Constraint(
        "CHECK (kind IN ('formal_notice', 'business_notice') "
        "OR NOT charges_fee AND NOT names_suspension)",
        "Only a formal 14-day notice or a notice to a business can announce a fee or name "
        "suspension of the cover.",
    )

    @api.constrains("kind", "mail_template_id")
    def _check_mail_template_id(self):
        for stage in self:
            if stage._is_notice() and not stage.mail_template_id:
                raise ValidationError(
                    self.env._(
                        "Stage %(stage)s of procedure %(procedure)s, mail template: a notice needs "
                        "one for its subject.",
                        stage=stage.name,
                        procedure=stage.procedure_id.name,
                    )
                )

    def _to_law(self):
        """Return the stage as the rung that ``law.ladder`` works with."""
        self.ensure_one()
        return facts.StageRule(
            code=str(self.id),
            kind=self.kind,
            delay_days=self.delay_days,
            minimum_amount=Decimal(str(self.minimum_amount)).quantize(Decimal("0.01")),
            counting=COUNTINGS[self.delay_unit],
        )

    def _is_notice(self):
        self.ensure_one()
        return self.kind in NOTICE_KINDS
