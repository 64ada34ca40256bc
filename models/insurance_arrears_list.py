"""An insurer's list of unpaid premium that it collects itself: looked at, then loaded."""

import base64
from collections import Counter

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from .arrears_notice_evidence import sha256
from .by_hand import check_by_hand, without_foreign_defaults

# What a colleague fills in; the rest is worked out.
BY_HAND = frozenset(
    {
        *("insurer_id", "company_id", "date", "file", "file_name", "complete", "load_good_rows"),
        *("mapping_column_ids", "decimal_sign", "date_format"),
    }
)
# After a change of these the list has to be looked at again.
READ_AGAIN = BY_HAND - {"load_good_rows"}
MOST_REASONS = 15


class InsuranceArrearsList(models.Model):
    _name = "insurance.arrears.list"
    _description = "Insurer's Arrears List"
    _inherit = ["mail.thread"]
    _check_company_auto = True
    _order = "date desc, id desc"

    insurer_id = fields.Many2one(
        "res.partner",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_insurer", "=", True)],
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="Day of the list",
        required=True,
        default=fields.Date.context_today,
        help="The day on which the insurer made the list: what it says holds on that day.",
    )
    file = fields.Binary(string="File of the insurer", attachment=True, required=True)
    file_name = fields.Char(string="Name of the file")
    file_hash = fields.Char(string="SHA-256 of the file", readonly=True, copy=False)
    complete = fields.Boolean(
        string="The list is complete",
        default=True,
        help="It names all that is unpaid at this insurer: what it no longer names was paid there, "
        "and cover that it no longer calls suspended is back.",
    )
    load_good_rows = fields.Boolean(
        string="Load the good rows",
        help="Rows with an error are left out. Otherwise one error keeps the whole list from being "
        "loaded.",
    )
    state = fields.Selection(
        [("draft", "To look at"), ("previewed", "Looked at"), ("loaded", "Loaded")],
        required=True,
        readonly=True,
        default="draft",
        copy=False,
        index=True,
    )
    mapping_id = fields.Many2one("insurance.list.mapping", readonly=True, ondelete="restrict")
    mapping_column_ids = fields.One2many(related="mapping_id.column_ids", readonly=False)
    decimal_sign = fields.Selection(related="mapping_id.decimal_sign", readonly=False)
    date_format = fields.Selection(related="mapping_id.date_format", readonly=False)
    mapping_used = fields.Json(readonly=True, copy=False, help="The columns as they were used.")
    line_ids = fields.One2many("insurance.arrears.list.line", "list_id", readonly=True)
    gone_item_ids = fields.Many2many(
        "arrears.item", string="No longer on the list", readonly=True, copy=False
    )
    row_count = fields.Integer(string="Rows", readonly=True, copy=False)
    new_count = fields.Integer(string="New", readonly=True, copy=False)
    changed_count = fields.Integer(string="Changed", readonly=True, copy=False)
    unchanged_count = fields.Integer(string="Unchanged", readonly=True, copy=False)
    gone_count = fields.Integer(string="Gone", readonly=True, copy=False)
    error_count = fields.Integer(string="Errors", readonly=True, copy=False)
    loaded_on = fields.Date(readonly=True, copy=False)
    loaded_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    same_file_id = fields.Many2one(
        "insurance.arrears.list", string="Loaded before", compute="_compute_same_file_id"
    )

    _loaded_has_day = models.Constraint(
        "CHECK (state != 'loaded' OR loaded_on IS NOT NULL AND loaded_by_id IS NOT NULL)",
        "A loaded list has the day on which it was loaded, and who did that.",
    )

    @api.depends("insurer_id", "date")
    def _compute_display_name(self):
        for each in self:
            each.display_name = f"{each.insurer_id.name or ''} {each.date or ''}".strip()

    @api.depends("file_hash", "insurer_id", "company_id")
    def _compute_same_file_id(self):
        """Find the list with the very same file that was loaded before."""
        loaded = self.search(
            [("file_hash", "in", self.mapped("file_hash")), ("state", "=", "loaded")], order="id"
        )
        for each in self:
            each.same_file_id = loaded.filtered(
                lambda other, each=each: (
                    other.file_hash == each.file_hash
                    and other.insurer_id == each.insurer_id
                    and other.company_id == each.company_id
                    and other != each._origin
                )
            )[:1]

    # === FILL IN === #

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_by_hand(self, vals, BY_HAND)
        model, vals_list = without_foreign_defaults(self, vals_list, BY_HAND)
        lists = super(InsuranceArrearsList, model).create(vals_list).with_env(self.env)
        for each in lists:
            each._read_columns()
        return lists

    def write(self, vals):
        check_by_hand(self, vals, BY_HAND)
        if BY_HAND & vals.keys() and any(each.state == "loaded" for each in self):
            raise UserError(self.env._("A list that was loaded stays as it was."))
        result = super().write(vals)
        if {"file", "insurer_id", "company_id"} & vals.keys():
            for each in self:
                each._read_columns()
        if READ_AGAIN & vals.keys():
            self.sudo().write({"state": "draft"})  # worked out, so written by the engine
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_loaded(self):
        if any(each.state == "loaded" for each in self):
            raise UserError(self.env._("A list that was loaded is kept as evidence."))

    def _read_columns(self):
        """Take in the columns of the file, so that a colleague can see and change their use."""
        self.ensure_one()
        header, rows = self._read_file()
        # Which columns a list has is the engine's to note; their use a handler may change.
        mapping = self.env["insurance.list.mapping"].sudo()
        mapping = mapping._get_or_create(self.insurer_id, self.company_id)
        mapping._learn(header, rows, self._is_spreadsheet())
        self.sudo().write(
            {
                "mapping_id": mapping.id,
                "file_hash": sha256(base64.b64decode(self.with_context(bin_size=False).file)),
            }
        )

    def _is_spreadsheet(self):
        """Tell whether the cells of the file can be numbers and dates, and not only texts."""
        self.ensure_one()
        return not (self.file_name or "").lower().endswith((".csv", ".txt"))

    def _read_file(self):
        """Return the header and the rows of the file.

        :raise UserError: when it cannot be read, or has no rows below its header
        """
        self.ensure_one()
        file = self.with_context(bin_size=False).file
        name = self.file_name or self.env._("The file")
        header, rows = self.env["arrears.table"]._read_table(file, name)
        if not rows:
            raise UserError(self.env._("%s has a header, but no rows.", name))
        return header, rows

    # === LOOK === #

    def preview(self):
        """Read the list and show what loading it would do; nothing else changes.

        :raise UserError: when the file, its columns or its day cannot be used at all
        """
        self.env["arrears.run"].check_access("create")
        self.check_access("write")
        for each in self:
            if each.state == "loaded":
                raise UserError(self.env._("This list was loaded already."))
            # Rows are evidence: written by the service only, after the checks above.
            each._as_service()._preview()

    def action_preview(self):
        """Button: look at what loading would do."""
        self.preview()

    def _as_service(self):
        """Return the list with the rights of the engine, in its own company."""
        return self.sudo().with_company(self.company_id).with_context(tracking_disable=True)

    def _preview(self):
        """Read and judge the rows, compare them with what is known, and keep both."""
        self.ensure_one()
        self._check_day()
        rows = self._read_rows()
        items = self._get_known_items()
        by_key = {item.list_key: item for item in items}
        vals_list = [self._prepare_line_vals(row, by_key.get(row["key"])) for row in rows]
        lines = self.line_ids.sorted("number")
        if not lines._are(vals_list):
            self._forget_rows()
            lines = lines.create(vals_list)
        gone = self._find_gone(items, lines) if self.complete else items.browse()
        counts = Counter(lines.mapped("outcome"))
        self.write(
            {
                "state": "previewed",
                "gone_item_ids": [fields.Command.set(gone.ids)],
                "row_count": len(lines),
                "new_count": counts["new"],
                "changed_count": counts["changed"],
                "unchanged_count": counts["unchanged"],
                "error_count": counts["error"],
                "gone_count": len(gone),
                "mapping_used": self.mapping_id._get_headers()
                | {"key": self.mapping_id.key_header or ""},
            }
        )

    def _forget_rows(self):
        """Delete the rows of an earlier look, to which nothing refers; thousands in one query."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL("DELETE FROM insurance_arrears_list_line WHERE list_id = %s", self.id)
        )
        self.env.invalidate_all()

    def _check_day(self):
        """Refuse a list that is older than the last one that was loaded."""
        last = self.search(
            [
                ("insurer_id", "=", self.insurer_id.id),
                ("company_id", "=", self.company_id.id),
                ("state", "=", "loaded"),
            ],
            limit=1,
        )
        if last and last.date > self.date:
            raise UserError(
                self.env._(
                    "This list of %(insurer)s is of %(day)s; one of %(last)s was loaded already. "
                    "An older list would bring back what was settled since.",
                    insurer=self.insurer_id.name,
                    day=self.date,
                    last=last.date,
                )
            )

    def _get_known_items(self):
        """Return every arrear that a list of this insurer ever told, settled ones too."""
        return self.env["arrears.item"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("list_insurer_id", "=", self.insurer_id.id),
            ]
        )

    def _prepare_line_vals(self, row, item):
        """Return the values of a line: the row, what it is about, and whether that is news.

        :param row: a row as ``_read_rows`` returns it
        :param item: the arrear that an earlier list told under the same key, or None
        """
        outcome, note = ("error", row["error"]) if row["error"] else ("new", "")
        if item and not row["error"]:
            note = item.list_line_id._describe_changes(row)
            if item.settled_on:
                again = self.env._(
                    "was paid at the insurer on %s, and is open again", item.settled_on
                )
                note = f"{again}; {note}" if note else again
            outcome = "changed" if note else "unchanged"
        values = {name: value for name, value in row.items() if name != "error"}
        return {
            **values,
            "list_id": self.id,
            "item_id": item.id if item else False,
            "outcome": outcome,
            "note": note,
        }

    def _find_gone(self, items, lines):
        """Return the open arrears that a complete list no longer names.

        A row with an error may be about any arrear of its policy: those stay.
        """
        named = set(lines.mapped("key"))
        doubtful = lines.filtered(lambda line: line.outcome == "error").policy_id
        return items.filtered(
            lambda item: (
                not item.settled_on
                and item.list_key not in named
                and not item.policy_ids & doubtful
            )
        )

    def _check_errors(self):
        """Refuse a list with errors, unless only its good rows are asked for."""
        wrong = self.line_ids.filtered(lambda line: line.outcome == "error")
        if not wrong or (self.load_good_rows and wrong != self.line_ids):
            return
        reasons = [
            self.env._("Row %(row)s: %(reason)s", row=line.number, reason=line.note)
            for line in wrong.sorted("number")
        ]
        if len(reasons) > MOST_REASONS:
            more = len(reasons) - MOST_REASONS
            reasons = [*reasons[:MOST_REASONS], self.env._("and %s more.", more)]
        raise UserError(
            self.env._(
                "The list of %(insurer)s has rows with an error, so nothing was loaded:\n"
                "%(reasons)s",
                insurer=self.insurer_id.name,
                reasons="\n".join(reasons),
            )
        )
