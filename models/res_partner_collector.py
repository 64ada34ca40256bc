"""Who collects for the office: a collection agency, a bailiff or an advocate."""

from odoo import api, fields, models
from odoo.exceptions import AccessError

from ..law import collector

KINDS = [("agency", "Collection agency"), ("bailiff", "Bailiff"), ("advocate", "Advocate")]
# Facts on which the law and the office decide; only who handles arrears keeps them.
COLLECTOR_FIELDS = frozenset(
    {
        "is_collector",
        "collector_kind",
        "collector_trade_name",
        "collector_register_number",
        "collector_registered_from",
        "collector_registered_until",
        "collector_checked_on",
        "collector_checked_by_id",
        "collector_certificate",
        "collector_certificate_number",
        "collector_certified_until",
        "collector_certificate_file",
        "collector_charges_vat",
        "collector_email",
    }
)
REGISTRATION = frozenset({"collector_registered_from", "collector_registered_until"})


class ResPartner(models.Model):
    _inherit = "res.partner"

    # Not copied: a duplicate was not looked up in the register, and who may not keep these data
    # could not duplicate a contact.
    is_collector = fields.Boolean(string="Collector", copy=False)
    collector_kind = fields.Selection(KINDS, string="Kind of collector", copy=False)
    collector_trade_name = fields.Char(
        string="Name in the register",
        help="The name under which it is registered and writes to the customer (Wki, article 11). "
        "Empty: the name of this contact.",
        copy=False,
    )
    collector_register_number = fields.Char(
        string="Register number",
        help="Number in the register of collection services (Wki). Bailiffs and advocates need "
        "none.",
        copy=False,
    )
    collector_registered_from = fields.Date(string="Registered from", copy=False)
    collector_registered_until = fields.Date(
        string="Registered until",
        help="Last day of the registration. Empty: no end is known.",
        copy=False,
    )
    collector_checked_on = fields.Date(
        string="Register checked on", help="Day on which a colleague last looked it up.", copy=False
    )
    collector_checked_by_id = fields.Many2one(
        "res.users", string="Checked by", readonly=True, copy=False
    )
    collector_certificate = fields.Selection(
        [("nvi", "NVI"), ("scrm", "SCRM")],
        string="Certificate",
        help="The insurers' protocol on arrears asks for certified collection partners.",
        copy=False,
    )
    collector_certificate_number = fields.Char(string="Certificate number", copy=False)
    collector_certified_until = fields.Date(string="Certified until", copy=False)
    collector_certificate_file = fields.Binary(
        string="Copy of the certificate", attachment=True, copy=False
    )
    collector_charges_vat = fields.Boolean(string="Charges VAT on its costs", copy=False)
    collector_email = fields.Char(string="E-mail for dossiers", copy=False)

    _collector_has_kind = models.Constraint(
        "CHECK (is_collector IS NOT TRUE OR collector_kind IS NOT NULL)",
        "A collector is an agency, a bailiff or an advocate: choose which.",
    )
    _collector_registered_in_order = models.Constraint(
        "CHECK (collector_registered_until IS NULL OR collector_registered_from IS NULL "
        "OR collector_registered_until >= collector_registered_from)",
        "The registration of a collector cannot end before it starts.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        # What comes as a default is written as well as what comes as a value.
        context = dict(self.env.context)
        defaults = {
            name: context.pop(f"default_{name}")
            for name in COLLECTOR_FIELDS
            if f"default_{name}" in context
        }
        # A copy is created on the records that it is a copy of: they are not what is changed.
        vals_list = [
            self.browse()._prepare_collector_vals({**defaults, **vals}) for vals in vals_list
        ]
        # Whole, as adding to the context would take no default out of it.
        bare = self.with_context(context)  # pylint: disable=context-overridden
        made = super(ResPartner, bare).create(vals_list)
        return made.with_env(self.env)

    def write(self, vals):
        result = super().write(self._prepare_collector_vals(vals))
        if REGISTRATION & vals.keys():
            # What follows for a claim is worked out by the engine, whoever looked it up.
            handovers = self.env["arrears.handover"].sudo()
            handovers.search([("collector_id", "in", self.ids)])._follow_registration()
        return result

    @api.model
    def _prepare_collector_vals(self, vals):
        """Let only handlers keep a collector's data, and keep who looked it up."""
        touched = {name for name in COLLECTOR_FIELDS & vals.keys() if vals[name]}
        touched |= COLLECTOR_FIELDS & vals.keys() if self else set()
        if (
            touched
            and not self.env.su
            and not self.env.user.has_group("premium_arrears.group_handler")
        ):
            raise AccessError(
                self.env._("The data of a collector are kept by who handles arrears.")
            )
        if not self.env.su:
            # Nobody names a colleague: whoever writes the day has looked it up.
            vals.pop("collector_checked_by_id", None)
        if "collector_checked_on" in vals:
            vals["collector_checked_by_id"] = vals["collector_checked_on"] and self.env.uid
        return vals

    def action_collector_checked(self):
        """Button: I looked this collector up in the register today."""
        self.check_access("read")
        today = fields.Date.context_today(self)
        self._prepare_collector_vals({"collector_checked_on": today})
        # A handler may not be allowed to change contacts otherwise; that right was checked above.
        self.sudo().write({"collector_checked_on": today})

    def _law_collector(self):
        """Return this collector as ``law.collector`` judges it."""
        self.ensure_one()
        return collector.Collector(
            kind=self.collector_kind,
            registered_from=self.collector_registered_from or None,
            registered_until=self.collector_registered_until or None,
            registration_number=self.collector_register_number or "",
            checked_on=self.collector_checked_on or None,
        )

    def _get_collector_name(self):
        """Return the name under which the collector writes to the customer."""
        self.ensure_one()
        return self.collector_trade_name or self.name

    def _get_handover_blockers(self, day, company):
        """Return why no case may be given to this collector: codes of ``law.collector``.

        :param day: business day
        :param company: who hands over; decides whether an agency needs a certificate
        """
        self.ensure_one()
        certified = self.collector_certificate and self.collector_certified_until
        return collector.handover_blockers(
            self._law_collector(), day, certified or None, company.arrears_handover_certified
        )
