"""Before it is installed: is Enterprise's follow-up the one we know? Then what was open already."""

from lxml import etree

from odoo import release
from odoo.exceptions import UserError

SERIES = "19.0"
# The public names that this bridge stands on.
LEVEL = "account_followup.followup.line"
FIELDS = {
    LEVEL: ("company_id",),
    "res.partner": ("followup_line_id", "followup_reminder_type"),
}
METHODS = {"res.partner": ("_execute_followup_partner",)}
VIEW = "account_followup.view_account_followup_followup_line_form"
VIEW_FIELD = "send_email"
REMINDER_TYPES = {"automatic", "manual"}


def pre_init_hook(env):
    """Refuse in clear words where Enterprise's follow-up differs from the one we know.

    :raise UserError: with the names that are not there
    """
    if release.series != SERIES:
        raise UserError(
            env._(
                "The bridge to Enterprise's follow-up is made for Odoo %(ours)s; this is Odoo "
                "%(theirs)s, where that follow-up works differently. Premium Arrears itself works "
                "without this bridge.",
                ours=SERIES,
                theirs=release.series,
            )
        )
    if missing := get_missing_names(env):
        raise UserError(
            env._(
                "The bridge cannot be installed: this Odoo's account_followup does not have "
                "%(names)s. Premium Arrears itself works without this bridge; put its customers "
                "on manual reminders by hand.",
                names=", ".join(missing),
            )
        )


def get_missing_names(env):
    """Return the public names of Enterprise's follow-up that are not there, as they are written."""
    missing = []
    for model, names in FIELDS.items():
        if model not in env:
            missing.append(model)
            continue
        missing += [f"{model}.{name}" for name in names if name not in env[model]._fields]
    for model, names in METHODS.items():
        missing += [
            f"{model}.{name}()" for name in names if not callable(getattr(env[model], name, None))
        ]
    kind = env["res.partner"]._fields.get("followup_reminder_type")
    if kind and not set(kind.get_values(env)) >= REMINDER_TYPES:
        missing.append("followup_reminder_type: automatic, manual")
    view = env.ref(VIEW, raise_if_not_found=False)
    if not view or not etree.fromstring(view.arch).findall(f".//field[@name='{VIEW_FIELD}']"):
        missing.append(f"{VIEW} ({VIEW_FIELD})")
    return missing


def post_init_hook(env):
    """Put the customers whose case is open already on manual reminders."""
    env["arrears.case"].search([("state", "!=", "closed")])._set_reminders()


def uninstall_hook(env):
    """Give every customer his own reminders back."""
    env["res.partner"]._give_all_reminders_back()
