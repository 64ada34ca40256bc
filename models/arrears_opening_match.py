"""What a row names, found here: the stage, the fee's entry, policies, a colleague, a letter."""

from datetime import timedelta

from odoo import models
from odoo.fields import Domain

from .arrears_opening_columns import plain

ONE_DAY = timedelta(days=1)
DECIDED_KINDS = ("handover", "termination")


class ArrearsOpeningLine(models.Model):
    _inherit = "arrears.opening.line"

    # === STAGE === #

    def _find_stages(self, found):
        """Find the stage that each row names, and since when its item follows its procedure.

        An item follows the stages of the day after its due date, as it would have from the start.
        Where the procedure had no such stage then, it follows those of the opening's own day.
        """
        items = self.env["arrears.item"]
        receivables = self.move_line_id
        existing = {
            item.move_line_id: item
            for item in items.search([("move_line_id", "in", receivables.ids)])
        }
        missing = receivables.filtered(lambda row: row not in existing)
        policies = items._get_policies_by_move(missing.move_id)
        procedures = items._choose_procedures(missing, policies, self.company_id)
        ladders = {}
        for receivable, rows in self.grouped("move_line_id").items():
            if item := existing.get(receivable):
                procedure, days = item.procedure_id, [item.opened_on]
            else:
                procedure = procedures[receivable]
                days = [receivable.date_maturity + ONE_DAY, rows.opening_id.day]
            chosen = None
            for day in days:
                if (procedure, day) not in ladders:
                    ladders[procedure, day] = _Ladder(procedure._get_stages_on(day))
                chosen = [ladders[procedure, day].match(row) for row in rows]
                if ladders[procedure, day].stages and all(
                    len(stages) == 1
                    for row, stages in zip(rows, chosen, strict=True)
                    if row.sent_on
                ):
                    break
            for row, stages in zip(rows, chosen, strict=True):
                row.write(
                    {
                        "item_id": item.id if item else False,
                        "procedure_id": procedure.id,
                        "opened_on": day,
                    }
                )
                row._take_stage(stages, found)
        self._find_taken(found)

    def _take_stage(self, stages, found):
        """Give a row its stage, or tell why it has none."""
        if not self.sent_on:
            return
        if len(stages) != 1:
            found.errors[self].append(
                self.env._(
                    "Procedure %(procedure)s has no stage “%(stage)s” for this invoice, or more "
                    "than one.",
                    procedure=self.procedure_id.name,
                    stage=self.stage or self.kind,
                )
            )
            return
        if stages.kind in DECIDED_KINDS:
            found.errors[self].append(
                self.env._(
                    "Stage %s is no letter. Take the case over at the stage before, and record the "
                    "hand-over or termination itself on the case, where its own rules are kept.",
                    stages.name,
                )
            )
            return
        self.write({"stage_id": stages.id, "kind": stages.kind})

    def _find_taken(self, found):
        """Refuse what is known already: a stage that was taken, here or twice in this file."""
        taken = {}
        for notice_line in self.item_id._live_lines():
            taken[notice_line.item_id, notice_line.stage_id] = notice_line.notice_id
        seen = {}
        for row in self.filtered("stage_id"):
            key = (row.move_line_id, row.stage_id)
            notice = taken.get((row.item_id, row.stage_id))
            if notice and (notice.state != "withdrawn" or notice.origin == "opening"):
                found.errors[row].append(
                    self.env._(
                        "Stage %(stage)s was taken already: notice %(notice)s of %(day)s.",
                        stage=row.stage_id.name,
                        notice=notice.name,
                        day=notice.date,
                    )
                )
            elif key in seen:
                found.errors[row].append(
                    self.env._("Row %s is about this invoice and stage already.", seen[key])
                )
            seen.setdefault(key, row.row)

    # === THE FEE'S ENTRY === #

    def _find_entries(self, found):
        """Find the receivable line of the entry that carries each fee."""
        rows = self.filtered("fee_entry")
        entries = self.env["account.move"].search(
            Domain("company_id", "=", self.company_id.id)
            & Domain("name", "in", rows.mapped("fee_entry"))
        )
        receivables = self.env["account.move.line"].search(
            Domain("move_id", "in", entries.ids) & Domain("account_type", "=", "asset_receivable")
        )
        used = self._get_charged_lines(receivables)
        premiums = entries.invoice_line_ids.filtered("insurance_policy_id").move_id
        by_name, by_move = entries.grouped("name"), receivables.grouped("move_id")
        for row in rows:
            entry = by_name.get(row.fee_entry, entries.browse())
            mine = by_move.get(entry, receivables.browse()) if len(entry) == 1 else receivables[:0]
            if len(mine) != 1 or entry.state != "posted" or mine.balance <= 0:
                error = self.env._(
                    "Fee entry %s is not known here as one posted amount that a customer owes.",
                    row.fee_entry,
                )
            elif mine.partner_id.commercial_partner_id != row.partner_id:
                error = self.env._(
                    "Fee entry %(entry)s is of %(other)s, not of %(partner)s.",
                    entry=row.fee_entry,
                    other=mine.partner_id.display_name or self.env._("nobody"),
                    partner=row.partner_id.display_name,
                )
            elif entry in premiums:
                error = self.env._("Fee entry %s carries premium, no fee.", row.fee_entry)
            elif mine in used:
                error = self.env._("Fee entry %s is linked to a notice already.", row.fee_entry)
            else:
                row.fee_move_line_id = mine
                row.fee_charged_on = row.fee_charged_on or entry.date
                continue
            found.errors[row].append(error)

    def _get_charged_lines(self, receivables):
        """Return which of these lines a fee or interest has already."""
        mine = [("move_line_id", "in", receivables.ids)]
        fees = self.env["arrears.fee"].search(mine)
        return fees.move_line_id | self.env["arrears.interest"].search(mine).move_line_id

    # === POLICIES, COLLEAGUES, LETTERS === #

    def _find_policies(self, found):
        """Find the policies whose cover each row says is suspended: of the invoice, by number.

        Without a number it is each policy on the invoice whose cover its premium can cost.
        """
        policies = self.env["arrears.item"]._get_policies_by_move(self.move_line_id.move_id)
        for row in self.filtered(lambda row: row.suspended_since or row.policies):
            mine = policies[row.move_line_id.move_id]
            names = [name.strip() for name in (row.policies or "").split(";") if name.strip()]
            if unknown := [name for name in names if name not in mine.mapped("name")]:
                found.errors[row].append(
                    self.env._(
                        "Policy %(policy)s is not on invoice %(invoice)s.",
                        policy=unknown[0],
                        invoice=row.invoice,
                    )
                )
            if not row.suspended_since:
                found.errors[row].append(self.env._("Suspended since: from which day?"))
            named = mine.filtered(lambda policy, n=names: not n or policy.name in n)
            row.suspended_policies = named.ids

    def _find_handlers(self, found):
        """Find the colleague that each row names, by login, e-mail address or name."""
        named = self.filtered("handler")
        wanted = named.mapped("handler")
        users = self.env["res.users"].search(
            Domain("company_ids", "in", self.company_id.ids)
            & Domain("share", "=", False)
            & (
                Domain("login", "in", wanted)
                | Domain("email", "in", wanted)
                | Domain("name", "in", wanted)
            )
        )
        for row in named:
            mine = users.filtered(lambda u, h=row.handler: h in (u.login, u.email, u.name))
            if len(mine) == 1:
                row.user_id = mine
            else:
                found.errors[row].append(
                    self.env._("Handler: %s is not one colleague here.", row.handler)
                )

    def _find_letter_files(self, found):
        """Tell of files that the ZIP does not have; a letter can still be added by hand."""
        if not self.filtered("letter"):
            return
        names = self.opening_id._get_letters()
        for row in self.filtered("letter"):
            if row.letter not in names:
                found.errors[row].append(
                    self.env._("Letter file: %s is not in the ZIP with old letters.", row.letter)
                )
            elif not row.sent_on:
                found.errors[row].append(self.env._("Letter file: of which letter is it?"))


class _Ladder:
    """The stages of a procedure on a day, by what a file may call them."""

    def __init__(self, stages):
        self.stages = stages
        languages = [code for code, _name in stages.env["res.lang"].get_installed()]
        self.by_name = {}
        for stage in stages:
            names = {plain(stage.with_context(lang=code).name) for code in languages}
            for name in {*names, str(stage.sequence)}:
                self.by_name[name] = self.by_name.get(name, stages.browse()) | stage

    def match(self, row):
        """Return the stages that a row can mean: by the name it gives, of the kind it gives."""
        found = self.by_name.get(plain(row.stage), self.stages.browse()) if row.stage else None
        if found is None:
            found = self.stages
        # What an earlier look wrote in the row's kind is what it found then: the same.
        return found.filtered(lambda stage: stage.kind == row.kind) if row.kind else found
