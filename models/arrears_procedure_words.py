"""The time line of a procedure in words: what is sent, by when to pay, and what follows."""

from datetime import timedelta

from odoo import models
from odoo.tools import format_date
from odoo.tools.misc import formatLang

from .arrears_stage import STATUTORY_KINDS

DAY = timedelta(days=1)


class ArrearsProcedure(models.Model):
    _inherit = "arrears.procedure"

    def _timeline_day(self, day):
        """Return a day with its weekday, in the user's language; no day is no text."""
        return format_date(self.env, day, date_format="EEE d MMM y") if day else ""

    def _timeline_money(self, amount):
        currency = self._get_example_company().currency_id
        return formatLang(self.env, float(amount), currency_obj=currency)

    def _timeline_kind(self, stage):
        kinds = stage._fields["kind"]._description_selection(self.env)
        return dict(kinds).get(stage.kind, "")

    # === ROWS BESIDE THE STAGES === #

    def _prepare_advance_row(self):
        return {
            "kind": "advance",
            "day": self._timeline_day(self.example_due_date - self.advance_days * DAY),
            "title": self.env._("E-mail before the due date"),
            "texts": [
                self.env._("A friendly word to who pays by invoice. Nothing follows from it.")
            ],
        }

    def _prepare_due_row(self):
        text = self.env._(
            "The premium of %s has to be paid.", self._timeline_money(self.example_premium)
        )
        return {
            "kind": "due",
            "day": self._timeline_day(self.example_due_date),
            "title": self.env._("Due date"),
            "texts": [text],
        }

    def _describe_no_stages(self):
        return self.env._(
            "No stage is in force for premium that comes into arrears on %s.",
            self._timeline_day(self.example_due_date + DAY),
        )

    # === A STAGE === #

    def _describe_step(self, stage, step, final, handed_over):
        """Return what a step does, as sentences.

        :param final: Step of the final notice that follows, or None
        :param handed_over: an earlier stage hands the case over
        """
        if step.day is None:
            return self._describe_not_reached(stage)
        if stage.kind in ("handover", "termination"):
            return self._describe_decided(stage, handed_over)
        return [
            *self._describe_sent(stage, step),
            *self._describe_term(step),
            *self._describe_consequences(stage, step, final),
        ]

    def _describe_not_reached(self, stage):
        return [
            self.env._(
                "Not for this premium: this step is taken when %s or more is open. The steps end "
                "here.",
                self._timeline_money(stage.minimum_amount),
            )
        ]

    def _describe_decided(self, stage, handed_over):
        if stage.kind == "handover":
            return [
                self.env._(
                    "Proposed to a colleague. Nothing happens by itself: two people decide."
                ),
                self.env._("Once it is handed over, the collector collects and the steps end."),
            ]
        texts = [
            self.env._(
                "Proposed to a colleague, a second one approves. Only then the customer gets a "
                "letter with the day on which the insurance ends."
            )
        ]
        if handed_over:
            texts.append(self.env._("Only when it was not handed over."))
        return texts

    def _describe_sent(self, stage, step):
        arrives = self._timeline_day(step.received_on)
        if stage.automatic:
            texts = [self.env._("The letter goes by itself. It counts as received on %s.", arrives)]
        else:
            texts = [
                self.env._(
                    "A colleague lets the letter go. It counts as received on %s.",
                    arrives,
                )
            ]
        if stage.asks_call:
            texts.append(self.env._("The customer comes on the list of people to call."))
        return texts

    def _describe_term(self, step):
        if not step.last_day:
            return []
        last = self._timeline_day(step.last_day)
        if step.moved:
            return [self.env._("Last day to pay: %s, moved on past a weekend or holiday.", last)]
        return [self.env._("Last day to pay: %s.", last)]

    def _describe_consequences(self, stage, step, final):
        if stage.kind not in STATUTORY_KINDS:
            return []
        texts = []
        if stage.charges_fee:
            texts.append(self._describe_example_fee(stage, step))
        if stage.names_suspension:
            texts.append(self._describe_example_suspension(stage, step, final))
        return texts

    def _describe_example_fee(self, stage, step):
        fee = self._get_example_fee(stage, step)
        if fee == "unregistered":
            return self.env._(
                "No collection fee: on that day the office is not registered as a collector."
            )
        if fee == "consumer":
            return self.env._("No collection fee: a consumer owes none after this notice.")
        amount, at_once = fee
        if at_once:
            return self.env._(
                "A collection fee of %s is due at once.", self._timeline_money(amount)
            )
        return self.env._(
            "Not paid by then: a collection fee of %(fee)s is due from %(day)s.",
            fee=self._timeline_money(amount),
            day=self._timeline_day(step.last_day + DAY),
        )

    def _describe_example_suspension(self, stage, step, final):
        start, blockers = self._get_example_suspension(stage, step, final)
        if "health_basic" in blockers:
            return self.env._("The cover of basic health insurance never stops.")
        if "office_role" in blockers:
            return self.env._(
                "The insurer decides whether the cover stops, at the earliest on %s.",
                self._timeline_day(start or step.last_day + DAY),
            )
        if start is None:
            return self.env._(
                "The cover does not stop: by the rule of cover a final notice comes first, and "
                "this procedure has none after it."
            )
        return self.env._("Not paid by then: the cover stops on %s.", self._timeline_day(start))
