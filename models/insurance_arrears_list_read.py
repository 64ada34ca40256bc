"""Reading an insurer's arrears list: cells become rows, and each row is judged."""

import re
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

from odoo import api, models
from odoo.fields import Domain

# With a decimal comma, points stand between groups of three digits; and the other way round.
AMOUNTS = {
    "comma": re.compile(r"^-?(\d+|\d{1,3}(\.\d{3})+)(,\d{1,2})?$"),
    "point": re.compile(r"^-?(\d+|\d{1,3}(,\d{3})+)(\.\d{1,2})?$"),
}
# A number of a spreadsheet always has a point; three digits behind it could be thousands as well.
NUMBER = re.compile(r"^-?\d+\.(\d{1,2}|\d{4,})$")
DAY = re.compile(r"^(\d{1,4})\D(\d{1,2})\D(\d{1,4})(\D.*)?$")
ORDERS = {"dmy": (2, 1, 0), "ymd": (0, 1, 2), "mdy": (2, 0, 1)}
DAYS = ("due_date", "suspended_since", "resumed_on", "ended_on")
TEXTS = {
    "policy_number": "policy",
    "customer_name": "customer",
    "reference": "reference",
    "insurer_stage": "insurer_stage",
}


class InsuranceArrearsList(models.Model):
    _inherit = "insurance.arrears.list"

    def _read_rows(self):
        """Return the rows of the file as values of lines, each judged on its own and together.

        :return: list of dicts; ``error`` is the reason why a row cannot be loaded, or empty
        :raise UserError: when the file or its columns cannot be used at all
        """
        self.ensure_one()
        header, rows = self._read_file()
        headers = self.mapping_id._get_headers_in(header)
        spreadsheet = self._is_spreadsheet()
        found = [self._read_row(number, cells, headers, spreadsheet) for number, cells in rows]
        self._find_policies(found)
        self._check_keys(found)
        self._check_cover(found)
        self._check_known_cover(found)
        return found

    def _read_row(self, number, cells, headers, spreadsheet):
        """Return one row as values; what cannot be read leaves the reason in ``error``."""
        key_header = self.mapping_id.key_header
        row = {"number": number, "error": ""}
        for name, code in TEXTS.items():
            row[name] = str(cells.get(headers.get(code), "")).strip()
        for name in DAYS:
            cell = cells.get(headers.get(name), "")
            row[name] = self._to_date(cell)
            if row[name] is None:
                self._note(row, self.env._("%(value)s is not a date", value=cell))
        cell = cells.get(headers["amount"], "")
        amount = self._to_amount(cell, spreadsheet)
        row["amount"] = float(amount or 0)
        if not str(cell).strip():
            self._note(row, self.env._("there is no amount"))
        elif amount is None:
            self._note(row, self.env._("%(value)s is not an amount", value=cell))
        elif amount <= 0:
            self._note(row, self.env._("the amount is %s; it has to be more than nothing", cell))
        if row["due_date"] is False:
            self._note(row, self.env._("there is no due date"))
        elif row["due_date"] and row["due_date"] > self.date:
            self._note(row, self.env._("it is due after the day of the list, so not overdue"))
        if key_header:
            row["key"] = str(cells.get(key_header, "")).strip()
        else:
            row["key"] = f"{_plain_number(row['policy_number'])}|{row['due_date'] or ''}"
        if key_header and not row["key"]:
            self._note(row, self.env._("the column %s, the unique key, is empty", key_header))
        return row

    def _note(self, row, reason):
        row["error"] = f"{row['error']}; {reason}" if row["error"] else reason

    # === POLICIES === #

    def _find_policies(self, rows):
        """Find the policy of each row by its number, in two queries, and say what is wrong."""
        policies = self.env["insurance.policy"]
        mine = Domain("company_id", "=", self.company_id.id)
        insured = policies.search_fetch(
            mine & Domain("insurer_id", "=", self.insurer_id.id),
            [
                *("name", "collection_method", "partner_id"),
                *("start_date", "end_date", "line_of_business"),
            ],
        )
        exact = insured.grouped("name")
        loose = insured.grouped(lambda policy: _plain_number(policy.name))
        unknown = {
            row["policy_number"]
            for row in rows
            if _plain_number(row["policy_number"]) not in loose and row["policy_number"]
        }
        elsewhere = policies.search_fetch(
            mine
            & Domain("insurer_id", "!=", self.insurer_id.id)
            & Domain("name", "in", list(unknown)),
            ["name", "insurer_id"],
        ).grouped("name")
        for row in rows:
            number = row["policy_number"]
            found = exact.get(number) or loose.get(_plain_number(number)) or policies
            row["policy_id"] = found.id if len(found) == 1 else False
            if reason := self._judge_policy(row, found, elsewhere.get(number)):
                self._note(row, reason)

    def _judge_policy(self, row, found, elsewhere):
        """Return why the policy of a row cannot be used, or None."""
        number = row["policy_number"]
        if not number:
            return self.env._("there is no policy number")
        if len(found) > 1:
            return self.env._("several policies have a number like %s", number)
        if not found and elsewhere:
            return self.env._(
                "policy %(policy)s is of %(insurer)s, not of %(other)s",
                policy=number,
                insurer=", ".join(elsewhere.insurer_id.mapped("name")),
                other=self.insurer_id.name,
            )
        if not found:
            return self.env._("policy %s is not known here", number)
        if found._is_office_collected():
            return self.env._("we collect the premium of policy %s ourselves", number)
        if row["suspended_since"] and found.line_of_business == "health_basic":
            return self.env._("basic health insurance (policy %s) is never suspended", number)
        if row["ended_on"] and found.start_date and row["ended_on"] < found.start_date:
            return self.env._(
                "policy %(policy)s cannot end before it starts, on %(day)s",
                policy=number,
                day=found.start_date,
            )
        return None

    # === ROWS TOGETHER === #

    def _check_keys(self, rows):
        """Mark the rows that cannot be told apart."""
        counts = Counter(row["key"] for row in rows if row["policy_id"] and row["key"])
        for row in rows:
            if counts[row["key"]] > 1:
                self._note(
                    row, self.env._("rows with the same key: %s", row["key"].replace("|", " "))
                )

    def _check_cover(self, rows):
        """Mark the rows whose days of cover cannot be true, alone or with the policy's others."""
        told = {}
        for row in rows:
            if row["policy_id"]:
                told.setdefault(row["policy_id"], []).append(row)
        for mine in told.values():
            for name in ("suspended_since", "resumed_on", "ended_on"):
                days = sorted({row[name] for row in mine if row[name]})
                if len(days) > 1:
                    reason = self.env._(
                        "the list has two days for the same policy: %(one)s and %(other)s",
                        one=days[0],
                        other=days[-1],
                    )
                    for row in mine:
                        self._note(row, reason)
        for row in rows:
            since, back = row["suspended_since"], row["resumed_on"]
            if since and back and back < since:
                self._note(
                    row,
                    self.env._(
                        "cover cannot be resumed on %(resume)s, before it was suspended on "
                        "%(start)s",
                        resume=back,
                        start=since,
                    ),
                )

    # === CELLS === #

    def _to_date(self, cell):
        """Return a cell as a date; False when it is empty, None when it is no date."""
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = str(cell).strip()
        if not text:
            return False
        if re.fullmatch(r"\d{8}", text):
            parts = (text[:4], text[4:6], text[6:])
        elif found := DAY.match(text):
            order = (0, 1, 2) if len(found[1]) == 4 else ORDERS[self.mapping_id.date_format]
            parts = tuple(found[place + 1] for place in order)
        else:
            return None
        year, month, day = map(int, parts)
        try:
            return date(year + 2000 if year < 100 else year, month, day)
        except ValueError:
            return None

    @api.model
    def _strip_amount(self, cell):
        return re.sub(r"[\s\u00a0€]|EUR", "", str(cell))

    def _to_amount(self, cell, spreadsheet):
        """Return a cell as exact money, or None when it is no amount."""
        text = self._strip_amount(cell)
        sign = self.mapping_id.decimal_sign
        if spreadsheet and NUMBER.match(text):
            return Decimal(text).quantize(Decimal("0.01"))
        if not AMOUNTS[sign].match(text):
            return None
        if sign == "comma":
            text = text.replace(".", "").replace(",", ".")
        return Decimal(text.replace(",", "")).quantize(Decimal("0.01"))


def _plain_number(number):
    """Return a policy number as insurers and offices write it alike: capitals and digits only.

    A spreadsheet loses the zeros that a number begins with.
    """
    return re.sub(r"[^0-9A-Z]", "", (number or "").upper()).lstrip("0")
