"""The opening state: running cases of an earlier system, taken over from one file."""

import base64
import io
import zipfile
from datetime import date

import xlsxwriter

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from .arrears_opening_columns import COLUMNS, get_header
from .by_hand import check_by_hand, without_foreign_defaults

SHOWN_ERRORS = 5

BY_HAND = frozenset(
    {
        *("company_id", "day", "file", "file_name", "letters_file", "letters_name"),
        *("take_doubtful", "opening_on", "opening_rest"),
    }
)
MOST_UNPACKED = 500 * 2**20  # bytes of old letters in one ZIP


class ArrearsOpening(models.Model):
    """One file of running cases: checked as often as needed, taken over once and as a whole."""

    _name = "arrears.opening"
    _description = "Opening State"
    _order = "day desc, id desc"
    _rec_name = "file_name"

    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    day = fields.Date(
        string="State of",
        required=True,
        default=fields.Date.context_today,
        help="The business day on which what the file says was so. What comes next is worked out "
        "from there.",
    )
    file = fields.Binary(string="File with the cases", attachment=True)
    file_name = fields.Char(string="File")
    letters_file = fields.Binary(
        string="Old letters (ZIP)",
        attachment=True,
        help="The files that the column “Letter file” names. A letter can also be added later.",
    )
    letters_name = fields.Char()
    take_doubtful = fields.Boolean(
        string="Take over what does not meet the law as letters that count for nothing",
        help="The customer is protected then: such a letter is kept as evidence only. Its fee is "
        "not charged (and taken back when it is in the books), it suspends nothing, and the step "
        "is taken again with a fresh term. Without this tick such rows are refused.",
    )
    state = fields.Selection(
        [("draft", "To check"), ("checked", "Checked"), ("loaded", "Taken over")],
        required=True,
        readonly=True,
        default="draft",
    )
    loaded_on = fields.Date(readonly=True)
    loaded_by_id = fields.Many2one("res.users", readonly=True)
    line_ids = fields.One2many("arrears.opening.line", "opening_id", readonly=True)
    row_count = fields.Integer(string="Rows", compute="_compute_counts")
    ready_count = fields.Integer(compute="_compute_counts")
    doubtful_count = fields.Integer(compute="_compute_counts")
    refused_count = fields.Integer(compute="_compute_counts")
    known_count = fields.Integer(compute="_compute_counts")
    loaded_count = fields.Integer(compute="_compute_counts")
    case_count = fields.Integer(string="Cases", compute="_compute_result")
    notice_count = fields.Integer(string="Notices", compute="_compute_result")
    fee_count = fields.Integer(string="Fees", compute="_compute_result")
    gap_count = fields.Integer(string="Suspensions", compute="_compute_result")
    status_text = fields.Text(compute="_compute_status_text")
    template_file = fields.Binary(compute="_compute_template_file")

    @api.depends("line_ids.state")
    def _compute_counts(self):
        groups = self.env["arrears.opening.line"]._read_group(
            [("opening_id", "in", self.ids)], ["opening_id", "state"], ["__count"]
        )
        counts = {(opening, state): count for opening, state, count in groups}
        states = ("ready", "doubtful", "refused", "known", "loaded")
        for opening in self:
            found = {state: counts.get((opening, state), 0) for state in states}
            opening.row_count = sum(found.values())
            for state, count in found.items():
                opening[f"{state}_count"] = count

    @api.depends("line_ids.item_id", "line_ids.notice_id", "line_ids.gaps")
    def _compute_result(self):
        for opening in self:
            lines = opening.line_ids
            opening.case_count = len(lines.item_id.case_id)
            opening.notice_count = len(lines.notice_id)
            opening.fee_count = len(lines.notice_id.fee_id)
            opening.gap_count = len(lines.gap_ids)

    @api.depends("state", "line_ids.state")
    @api.depends_context("lang")
    def _compute_status_text(self):
        for opening in self:
            opening.status_text = opening._describe_status()

    def _describe_status(self):
        """Return in words how the file stands: what was found, or what was made of it."""
        self.ensure_one()
        if self.state == "loaded":
            return self.env._(
                "%(rows)s rows were taken over by %(user)s: %(cases)s cases, %(notices)s notices, "
                "%(fees)s fees, %(gaps)s suspensions. The next run goes on from there.",
                rows=self.loaded_count,
                user=self.loaded_by_id.name,
                cases=self.case_count,
                notices=self.notice_count,
                fees=self.fee_count,
                gaps=self.gap_count,
            )
        if self.refused_count:
            return self.env._(
                "%s rows cannot be taken over, so nothing is. The reasons stand behind each row. "
                "Mend them in the file and choose it again.",
                self.refused_count,
            )
        if not (self.ready_count or self.doubtful_count):
            return self.env._("There is nothing new in this file.")
        ready = self.env._(
            "%s rows are ready. Nothing has been made yet: look at what we found, then take over.",
            self.ready_count,
        )
        if not self.doubtful_count:
            return ready
        doubtful = self.env._(
            "%s rows do not meet the law: their letters or suspensions count for nothing, and the "
            "step is taken again with a fresh term.",
            self.doubtful_count,
        )
        return f"{doubtful}\n{ready}"

    @api.depends_context("lang")
    def _compute_template_file(self):
        for opening in self:
            opening.template_file = base64.b64encode(self._make_template())

    @api.ondelete(at_uninstall=False)
    def _unlink_except_loaded(self):
        if any(opening.state == "loaded" for opening in self):
            raise UserError(self.env._("What was taken over is kept: it tells where it came from."))

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            check_by_hand(self, vals, BY_HAND)
        model, vals_list = without_foreign_defaults(self, vals_list, BY_HAND)
        return super(ArrearsOpening, model).create(vals_list).with_env(self.env)

    def write(self, vals):
        """A file that changes has to be checked anew."""
        check_by_hand(self, vals, BY_HAND)
        if {"file", "letters_file", "day", "take_doubtful", "company_id"} & vals.keys():
            if any(opening.state == "loaded" for opening in self):
                raise UserError(
                    self.env._("This file was taken over; a correction is a new opening state.")
                )
            result = super().write(vals)
            self.sudo().write({"state": "draft"})  # worked out, so written by the engine
            return result
        return super().write(vals)

    # === BUTTONS === #

    def action_template(self):
        """Button: download a file with the right columns and an example row."""
        self.ensure_one()
        self.check_access("read")
        name = self.env._("Opening state.xlsx")
        return {
            "type": "ir.actions.act_url",
            "url": f"/web/content/arrears.opening/{self.id}/template_file/{name}?download=true",
            "target": "download",
        }

    def action_check(self):
        """Button: read the file and show what it would do, row by row; nothing is made."""
        self._check_manager()
        for opening in self:
            opening._as_service()._examine()

    def action_load(self):
        """Button: take over what the file says, all of it or nothing.

        :raise UserError: with the first reasons when a row is refused
        """
        self.ensure_one()
        self._check_manager()
        opening = self._as_service()
        if opening.state == "loaded":
            raise UserError(self.env._("This file was taken over already."))
        # The books may have changed since the rows were looked at.
        letters, naming = opening._examine()
        if refused := opening.line_ids.filtered(lambda line: line.state == "refused"):
            raise UserError(opening._describe_refused(refused))
        opening._load(letters, naming)

    def action_view_lines(self):
        """Open the rows in a list of their own, to search and group them."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_opening_line_action"
        )
        action["domain"] = [("opening_id", "=", self.id)]
        return action

    def action_view_cases(self):
        """Open the cases that the file is about."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_case_action"
        )
        action["domain"] = [("id", "in", self.line_ids.item_id.case_id.ids)]
        action["context"] = {}
        return action

    def action_view_notices(self):
        """Open the notices that were taken over from the file."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "premium_arrears.arrears_notice_action"
        )
        action["domain"] = [("id", "in", self.line_ids.notice_id.ids)]
        action["context"] = {}
        return action

    # === HELPERS === #

    @api.model
    def _check_manager(self):
        """Refuse everybody but a manager: what is taken over becomes evidence."""
        if not (self.env.su or self.env.user.has_group("premium_arrears.group_manager")):
            raise AccessError(self.env._("Only a manager takes over an opening state."))

    def _as_service(self):
        """Return this with the rights of the engine: evidence is written by no role.

        The caller's right was checked before: see ``_check_manager`` and the rules of the model.
        """
        self.check_access("write")
        return (
            self.sudo()
            .with_company(self.company_id)
            .with_context(
                tracking_disable=True, mail_create_nolog=True, mail_create_nosubscribe=True
            )
        )

    def _describe_refused(self, refused):
        first = refused.sorted("row")[:SHOWN_ERRORS]
        reasons = "\n".join(
            self.env._("Row %(row)s: %(reason)s", row=line.row, reason=line.message)
            for line in first
        )
        return self.env._(
            "%(count)s rows cannot be taken over, so nothing was. Check the file to see all of "
            "them.\n%(reasons)s",
            count=len(refused),
            reasons=reasons,
        )

    def _get_letters(self):
        """Return the files in the ZIP: dict from name, without folders, to a function that reads.

        :raise UserError: when it is no ZIP
        """
        self.ensure_one()
        if not self.letters_file:
            return {}
        try:
            bundle = zipfile.ZipFile(io.BytesIO(base64.b64decode(self.letters_file)))
        except zipfile.BadZipFile as error:
            raise UserError(self.env._("%s is no ZIP file.", self.letters_name or "")) from error
        files = [info for info in bundle.infolist() if not info.is_dir()]
        names = [info.filename.rsplit("/", 1)[-1] for info in files]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise UserError(
                self.env._(
                    "%(zip)s has two files %(name)s.", zip=self.letters_name or "", name=twice[0]
                )
            )
        locked = any(info.flag_bits & 1 for info in files)
        if locked or sum(info.file_size for info in files) > MOST_UNPACKED:
            raise UserError(
                self.env._(
                    "%s is locked with a password or too large; at most 500 MB of letters is read.",
                    self.letters_name or "",
                )
            )
        return {
            name: (lambda name=info.filename: bundle.read(name))
            for name, info in zip(names, files, strict=True)
        }

    # === TEMPLATE === #

    @api.model
    def _make_template(self):
        """Return a workbook with the columns, an example row and a sheet that explains them."""
        output = io.BytesIO()
        with xlsxwriter.Workbook(output, {"in_memory": True}) as book:
            bold = book.add_format({"bold": True})
            day = book.add_format({"num_format": "dd-mm-yyyy"})
            money = book.add_format({"num_format": "0.00"})
            sheet = book.add_worksheet(self.env._("Cases"))
            about = book.add_worksheet(self.env._("Explanation"))
            helps = self._get_column_helps()
            for index, column in enumerate(COLUMNS):
                header = get_header(column.field, self.env.lang)
                sheet.write(0, index, header, bold)
                sheet.set_column(index, index, max(12, len(header) + 2))
                if isinstance(column.example, date):
                    sheet.write_datetime(1, index, column.example, day)
                elif isinstance(column.example, float):
                    sheet.write_number(1, index, column.example, money)
                elif example := self._get_example(column):
                    sheet.write_string(1, index, example)
                about.write(index, 0, header, bold)
                about.write(index, 1, helps[column.field])
            about.set_column(0, 0, 24)
            about.set_column(1, 1, 110)
        return output.getvalue()

    @api.model
    def _get_example(self, column):
        """Return the text of the example row in a column, in the words of this office."""
        stages = self.env["arrears.stage"].search(
            Domain("kind", "=", "formal_notice") & Domain("charges_fee", "=", True), limit=1
        )
        yes = "ja" if (self.env.lang or "").startswith("nl") else "yes"
        examples = {"stage": stages.name or "", "names_suspension": yes}
        return examples.get(column.field, column.example)

    @api.model
    def _get_column_helps(self):
        """Return what to fill in, per column."""
        return {
            "invoice": self.env._("Number of the posted premium invoice, as it is in Odoo."),
            "due_date": self.env._("Only when the invoice has more than one instalment."),
            "stage": self.env._(
                "Name of the stage in the procedure, or its place in the order. Empty: no letter "
                "was sent yet."
            ),
            "kind": self.env._(
                "Reminder, formal notice, business notice, final notice or announcement of "
                "hand-over. Empty: that of the stage."
            ),
            "sent_on": self.env._("Day on which the letter was posted or the mail was sent."),
            "channel": self.env._("Post or e-mail."),
            "received_on": self.env._("Only when you can prove it. Empty: by the usual time."),
            "last_day": self.env._("The last day to pay that the letter gave. Empty: by law."),
            "names_suspension": self.env._("Yes when the letter names suspension of the cover."),
            "amount": self.env._("Premium that the letter asked. Empty: what was open that day."),
            "fee_announced": self.env._("Collection fee that the letter announced, without VAT."),
            "fee_vat": self.env._("VAT that the letter announced on top of the fee."),
            "fee_charged_on": self.env._("Day on which the fee was charged. Empty: not yet."),
            "fee_entry": self.env._(
                "Number of the posted entry or invoice in Odoo that carries the fee. It is linked, "
                "not booked again."
            ),
            "fee_choice": self.env._(
                "Only when the fee is not in Odoo's books. Book: it is booked now. Leave: it is "
                "let go. Empty, and not charged yet: the run books it after the term."
            ),
            "fee_reason": self.env._("Why the fee is booked now or let go."),
            "suspended_since": self.env._("First day without cover, when it is suspended."),
            "policies": self.env._(
                "Only when not all policies on the invoice are suspended: their numbers, with a "
                "semicolon in between."
            ),
            "hold_kind": self.env._("Dispute, debt help, deferral or other. Empty: no hold."),
            "hold_start": self.env._("Day on which the hold began."),
            "hold_reason": self.env._("Why nothing is done for now."),
            "handler": self.env._("Login, e-mail address or name of the colleague."),
            "letter": self.env._("Name of the file of the old letter in the ZIP."),
        }
