"""What was handed over before is known per premium now, and keeps a hand-over of its own."""

from odoo import SUPERUSER_ID, api
from odoo.fields import Domain


def migrate(cr, version):
    """Record a hand-over, by a collector that is not known, for each case that was handed over.

    It carries the day of the decision and moves nothing: the cases are with a collector already.
    """
    if not version:
        return
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
    cases = env["arrears.case"].search(
        [("state", "=", "handed_over"), ("handover_ids", "=", False)]
    )
    steps = env["arrears.action"].search(
        Domain("case_id", "in", cases.ids)
        & Domain("kind", "=", "handover")
        & Domain("state", "=", "done")
    )
    for case in cases:
        mine = steps.filtered(lambda step, c=case: step.case_id == c and step.decided_on)
        items = case.item_ids.filtered(lambda item: not item.settled_on)
        if items:
            day = max(mine.mapped("decided_on"), default=case.opened_on)
            handovers = env["arrears.handover"].with_company(case.company_id)
            handovers._record_outside(items, day).action_id = mine[-1:].id
