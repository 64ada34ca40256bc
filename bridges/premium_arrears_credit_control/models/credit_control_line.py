"""Lines of credit control: made only for what is due, looked at once more before they leave."""

from dataclasses import dataclass, field
from typing import Any

from odoo import api, fields, models

WAITING = ("draft", "to_be_sent")
# A letter goes in one way. What somebody has to get on paper wins, and a call is no letter.
WAYS = {"letter": 1, "email": 2, "phone": 3}


@dataclass(eq=False)
class Step:
    """One letter: the items of a case that are due for the step that a level counts as.

    ``arrears.notice._make_all`` reads from it what it reads from a proposed action.
    """

    credit_level_id: Any
    credit_lines: Any
    case_id: Any
    stage_id: Any
    items: Any
    run_id: Any
    channel: str
    flaw: str = ""
    why: dict = field(default_factory=dict)

    @property
    def company_id(self):
        return self.case_id.company_id


class CreditControlLine(models.Model):
    _inherit = "credit.control.line"

    @api.model
    def create_or_update_from_mv_lines(
        self,
        lines,
        level,
        controlling_date,
        company,
        check_tolerance=True,
        default_lines_vals=None,
    ):
        # EXTENDS account_credit_control: also what a person, or the highest level of a customer,
        # puts on a level comes through here.
        day = fields.Date.to_date(controlling_date)
        obstacles = lines._get_credit_control_obstacles(day)
        free = lines.filtered(lambda line: line not in obstacles)
        return super().create_or_update_from_mv_lines(
            free - level._get_early_lines(free, day),
            level,
            controlling_date,
            company,
            check_tolerance=check_tolerance,
            default_lines_vals=default_lines_vals,
        )

    def _set_outdated_aside(self, day):
        """Set aside what was paid, put on hold or became another step since it was generated.

        Of premiums, and of customers on hold: "ignored" lines come again when they are due again.

        :param day: business day
        :return: the lines that may leave
        """
        waiting = self.filtered(lambda line: line.state in WAITING)
        premium = waiting.move_line_id.sudo()._filter_premium()  # of each case, whoever sends
        obstacles = waiting.move_line_id._get_credit_control_obstacles(day)
        outdated = waiting.filtered(
            lambda line: (
                line.move_line_id in obstacles
                or line.move_line_id in premium
                and line.currency_id.compare_amounts(
                    line.move_line_id.amount_residual_currency, line.balance_due
                )
            )
        )
        for level, mine in (waiting - outdated).grouped("policy_level_id").items():
            early = level._get_early_lines(mine.move_line_id, day)
            outdated |= mine.filtered(lambda line, early=early: line.move_line_id in early)
        outdated.write({"state": "ignored"})
        outdated._message_log_batch(
            {
                line.id: self.env._("Paid, paused or not due for this step any more: it stays.")
                for line in outdated
            }
        )
        return self - outdated

    def _get_lines_of_same_letters(self):
        """Return the lines that go in the same letters as these: of one case and level.

        Credit control sends the lines of each channel apart; the law knows one letter with one
        term and one amount of costs.
        """
        service = self.sudo()  # as below
        items = service.env["arrears.item"]
        mine = items.search(
            [("move_line_id", "in", service.move_line_id.ids), ("settled_on", "=", False)]
        )
        whole = items.search([("case_id", "in", mine.case_id.ids), ("settled_on", "=", False)])
        cases = {item.move_line_id: item.case_id for item in whole}
        letters = {(cases.get(line.move_line_id), line.policy_level_id) for line in service}
        ready = self.search(
            [
                ("move_line_id", "in", whole.move_line_id.ids),
                ("policy_level_id", "in", service.policy_level_id.ids),
                ("state", "=", "to_be_sent"),
                ("communication_id", "=", False),
            ]
        )
        return ready.filtered(
            lambda line: (cases[line.move_line_id], line.policy_level_id) in letters
        )

    def _get_arrears_steps(self, day):
        """Return the letters among these lines that could count, one per case and level.

        :param day: business day
        :return: list of ``Step``
        """
        service = self.sudo()  # the right to send is checked before anything is made of them
        items = service.env["arrears.item"].search(
            [("move_line_id", "in", self.move_line_id.ids), ("settled_on", "=", False)]
        )
        by_line = {item.move_line_id: item for item in items}
        levels = items._get_credit_levels()
        runs = {
            company: service.env["arrears.run"].search(
                [("company_id", "=", company.id), ("date", "<=", day)], order="date desc", limit=1
            )
            for company in items.company_id
        }
        steps = {}
        for line in service:
            item = by_line.get(line.move_line_id)
            stage = levels[item].get(line.policy_level_id) if item else None
            if not stage:
                continue
            key = (item.case_id, line.policy_level_id, stage)
            step = steps.get(key)
            if not step:
                step = steps[key] = Step(
                    credit_level_id=line.policy_level_id,
                    credit_lines=self.browse(),
                    case_id=item.case_id,
                    stage_id=stage,
                    items=items.browse(),
                    run_id=runs[item.company_id],
                    channel=line.channel,
                    why={"credit_control": line.policy_level_id.name},
                )
            step.channel = min(step.channel, line.channel, key=lambda way: WAYS.get(way, 9))
            step.items |= item
            step.credit_lines |= self.browse(line.id)
        return list(steps.values())
