"""Letters about help with debts are not for every reader; rules that an office may change stay as
they are at an update, so these are written here."""

from odoo import SUPERUSER_ID, api

CIS_NOTICE = (
    "[('kind', 'not in', ('cis_registered', 'help_leaflet')), '|', ('corrects_id', '=', False), "
    "('corrects_id.kind', '!=', 'cis_registered')]"
)
CIS_HISTORY = (
    "[('event', '!=', 'cis'), '|', ('notice_id', '=', False), '&', ('notice_id.kind', 'not in', "
    "('cis_registered', 'help_leaflet')), '|', ('notice_id.corrects_id', '=', False), "
    "('notice_id.corrects_id.kind', '!=', 'cis_registered')]"
)
RULES = {
    "arrears_notice_rule_reader": CIS_NOTICE,
    "arrears_notice_rule_cis": "[('kind', '!=', 'help_leaflet')]",
    "arrears_case_history_rule_reader": CIS_HISTORY,
    "arrears_case_history_rule_cis": (
        "['|', ('notice_id', '=', False), ('notice_id.kind', '!=', 'help_leaflet')]"
    ),
}


def migrate(cr, version):
    """Write the domains of the rules that hide letters about help from readers."""
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {})
    for name, domain in RULES.items():
        if rule := env.ref(f"premium_arrears.{name}", raise_if_not_found=False):
            rule.domain_force = domain
