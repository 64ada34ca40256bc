"""Rows that are made or changed in one statement are what the ORM would have made of them."""

from datetime import date
from unittest.mock import patch

from odoo import api
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models import bulk
from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER, NOTICE, TERM_END = DUE + 7 * DAY, DUE + 21 * DAY, DUE + 45 * DAY
MODELS = (
    "arrears.case",
    "arrears.item",
    "arrears.action",
    "arrears.notice",
    "arrears.notice.line",
    "arrears.fee",
    "arrears.case.history",
    "insurance.coverage.gap",
)
# Of its own time and number; the texts name the number.
ITS_OWN = {"id", "create_date", "write_date", "name", "body_html", "body_hash", "subject"}
ITS_OWN |= {"attachment_id", "file_hash", "access_link_ids", "message_ids", "website_message_ids"}
# The ORM stores a followed field in a second step, as the system user.
ITS_OWN |= {"write_uid"}
# Made by the ORM in either case, but other ones.
OTHERS = ("arrears.print.batch", "account.move", "account.move.line")


@tagged("post_install", "-at_install")
class TestBulk(ArrearsCommon):
    def setUp(self):
        super().setUp()
        other = self.make_customer("A. Bakker", user_id=self.env.uid)
        policies = self.policy | self.make_policy(line_of_business="home")
        self.moves = self.make_invoice(DUE, policies=policies, amount=33.33)
        self.moves |= self.make_invoice(DUE - DAY)
        self.moves |= self.make_invoice(DUE, policies=self.make_policy(partner_id=other.id))

    # === THE SAME ROWS === #

    def live(self):
        for day in (REMINDER, NOTICE, TERM_END):
            self.run_on(day)

    def picture(self):
        """Return all that the nights stored: a dict per record, others by their place."""
        self.env.flush_all()
        self.env.invalidate_all()
        records = {model: self.env[model].sudo().search([], order="id") for model in MODELS}
        others = {model: self.env[model].sudo().search([], order="id") for model in OTHERS}
        places = {
            model: {id_: place for place, id_ in enumerate(mine.ids)}
            for model, mine in (records | others).items()
        }
        return {
            model: [self.describe(record, places) for record in mine]
            for model, mine in records.items()
        }

    def describe(self, record, places):
        found = {}
        for name, field in record._fields.items():
            if not field.store or name in ITS_OWN:
                continue
            if field.relational:
                known = places.get(field.comodel_name)
                ids = record[name].ids
                found[name] = sorted(known[id_] for id_ in ids) if known else ids
            elif field.type == "json":
                found[name] = self.without_ids(record[name])
            else:
                found[name] = record[name]
        found.pop("run_id", None)
        return found

    def without_ids(self, value):
        """Return stored facts without the numbers of records and notices."""
        if isinstance(value, dict):
            hidden = ("item", "notice")
            return {k: self.without_ids(v) for k, v in value.items() if k not in hidden}
        return [self.without_ids(v) for v in value] if isinstance(value, list) else value

    def test_three_nights_store_what_the_orm_would_store(self):
        with self.env.cr.savepoint() as savepoint:
            with patch.object(bulk, "_is_watched", lambda _model, _method: True):
                self.live()
            by_orm = self.picture()
            savepoint.rollback()
        self.env.invalidate_all()
        self.live()
        at_once = self.picture()
        self.assertEqual([len(by_orm[m]) > 1 for m in MODELS], [True] * len(MODELS))
        differences = [
            (model, name, mine[name], theirs[name])
            for model in MODELS
            for mine, theirs in zip(at_once[model], by_orm[model], strict=True)
            for name in mine
            if mine[name] != theirs[name]
        ]
        self.assertFalse(differences)

    # === WHO LISTENS === #

    def test_an_automation_on_a_model_sees_each_record(self):
        """As base_automation does it: a method of the class, which knows the one before."""
        seen = {"create": [], "write": []}
        for name, decorator in (("create", api.model_create_multi), ("write", None)):
            self.listen("arrears.case", name, decorator, seen[name])
        self.run_on(REMINDER)
        cases = self.env["arrears.case"].search([("partner_id", "in", self.moves.partner_id.ids)])
        self.assertEqual(len(cases), 2)
        self.assertEqual(sum(len(vals_list) for vals_list in seen["create"]), 2)
        self.assertTrue(any("stage_id" in vals for vals in seen["write"]))

    def test_who_listens_sees_records_with_all_that_belongs_to_them(self):
        seen = []
        for model, name in (
            ("arrears.notice", "line_ids"),
            ("arrears.item", "policy_ids"),
            ("arrears.action", "item_ids"),
        ):
            self.listen_to_made(model, lambda records, n=name: seen.append((n, records[n])))
        self.run_on(REMINDER)
        self.assertEqual({name for name, _children in seen}, {"line_ids", "policy_ids", "item_ids"})
        self.assertTrue(all(children for _name, children in seen))

    def listen_to_made(self, model, hear):
        """Call a function with each record that this model makes."""
        model_class = type(self.env[model])
        before = model_class.create

        @api.model_create_multi
        def create(records, vals_list):
            made = before(records, vals_list)
            for record in made:
                hear(record)
            return made

        create.origin = before
        self.patch(model_class, "create", create)

    def test_an_automation_sees_the_amount_of_a_case_that_grows(self):
        self.run_on(REMINDER)
        seen = []
        self.listen("arrears.case", "write", None, seen)
        self.make_invoice(DUE + DAY, amount=10.0)
        self.run_on(REMINDER + DAY)
        self.assertTrue(any("amount_open" in vals for vals in seen))

    def test_a_constraint_of_another_addon_stops_a_step(self):
        """The registry's class, as if another addon had given it a constraint."""
        refused = self.moves[2].partner_id

        @api.constrains("recipient_id")
        def _check_refused(notices):
            if refused in notices.recipient_id:
                raise ValueError("Not to this one.")

        model_class = type(self.env["arrears.notice"])
        self.patch(model_class, "_module", "another")
        model_class._check_refused = _check_refused
        self.addCleanup(delattr, model_class, "_check_refused")
        # The ORM remembers a model's constraints; what another test made it remember comes back.
        self.patch(
            model_class,
            "_constraint_methods",
            [*self.env["arrears.notice"]._constraint_methods, _check_refused],
        )
        with mute_logger("odoo.addons.premium_arrears.models.arrears_action_execute"):
            run = self.run_on(REMINDER)
        errors = run.action_ids.filtered(lambda action: action.skip_reason == "error")
        self.assertEqual(errors.case_id.partner_id, refused)
        self.assertEqual(len(run.notice_ids), len(run.action_ids) - 1)

    def listen(self, model, name, decorator, seen):
        model_class = type(self.env[model])
        before = getattr(model_class, name)

        def listening(records, vals):
            seen.append(vals)
            return listening.origin(records, vals)

        listening = decorator(listening) if decorator else listening
        listening.origin = before
        self.patch(model_class, name, listening)

    # === HOW IT IS PLANNED === #

    def test_a_large_night_tells_postgresql_how_large_it_is(self):
        """Tables that are taken for empty are joined row by row with each other."""
        self.patch(bulk, "MANY", 1)
        self.env["arrears.run"]._start(REMINDER, self.company)._propose_day()
        for table in ("arrears_item", "arrears_case"):
            self.env.cr.execute(f"SELECT count(*) FROM {table}")
            [rows] = self.env.cr.fetchone()
            self.env.cr.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
            self.assertEqual(self.env.cr.fetchone(), (rows,), table)

    # === WHAT IS REMEMBERED === #

    def test_what_was_read_before_is_read_again(self):
        self.run_on(REMINDER)
        case = self.case_of(self.moves[0])
        before = case.notice_count, len(case.item_ids), case.stage_id, case.history_ids
        self.make_invoice(DUE + DAY)
        self.run_on(NOTICE)
        self.assertEqual(case.notice_count, before[0] + 2)
        self.assertEqual(len(case.item_ids), before[1] + 1)
        self.assertGreater(case.stage_id.sequence, before[2].sequence)
        self.assertGreater(len(case.history_ids), len(before[3]))
        self.assertEqual(case.amount_open, sum(case.item_ids.mapped("amount_open")))

    def test_who_is_not_the_engine_goes_through_the_orm(self):
        with self.assertRaises(Exception) as caught:
            bulk.insert(
                self.env["arrears.case.history"].with_user(self.make_reader()),
                [{"case_id": 1, "event": "opened", "day": DUE}],
            )
        self.assertEqual(type(caught.exception).__name__, "AccessError")

    def make_reader(self):
        return self.env["res.users"].create(
            {
                "name": "Reader",
                "login": "bulk_reader",
                "group_ids": [(6, 0, self.env.ref("premium_arrears.group_reader").ids)],
            }
        )


@tagged("post_install", "-at_install")
class TestBulkBesideOthers(ArrearsCommon):
    """With stored fields of the database's own, which are gone with the test."""

    def setUp(self):
        super().setUp()
        self.addCleanup(self.forget_fields)
        self.moves = self.make_invoice(DUE) | self.make_invoice(DUE - DAY)

    def forget_fields(self):
        self.env["ir.model.fields"].search([("name", "=", "x_twice")]).unlink()

    def add_field(self, model, depends, code):
        """Add a stored field that is worked out, as Studio does."""
        self.env["ir.model.fields"].create(
            {
                "model_id": self.env["ir.model"]._get_id(model),
                "name": "x_twice",
                "field_description": "Twice",
                "ttype": "float",
                "store": True,
                "depends": depends,
                "compute": f"for r in self: r['x_twice'] = {code}",
            }
        )

    def test_a_field_that_follows_from_what_is_linked_is_worked_out(self):
        self.add_field("arrears.case", "item_ids.policy_ids", "2 * len(r.item_ids.policy_ids)")
        self.add_field("arrears.action", "item_ids", "2 * len(r.item_ids)")
        self.add_field("arrears.notice", "line_ids", "2 * len(r.line_ids)")
        run = self.run_on(REMINDER)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT x_twice FROM arrears_case WHERE id = %s", run.action_ids.case_id.ids
        )
        self.assertEqual(self.env.cr.fetchall(), [(2.0,)])
        for table in ("arrears_action", "arrears_notice"):
            self.env.cr.execute(f"SELECT x_twice FROM {table} WHERE run_id = %s", [run.id])
            self.assertEqual(self.env.cr.fetchall(), [(4.0,)], table)

    def test_a_field_that_follows_from_nothing_is_worked_out(self):
        self.add_field("arrears.item", False, "7")
        self.run_on(REMINDER)
        self.env.flush_all()
        self.env.cr.execute("SELECT x_twice FROM arrears_item")
        self.assertEqual({twice for (twice,) in self.env.cr.fetchall()}, {7.0})

    def test_a_field_that_somebody_added_is_worked_out(self):
        """A stored field of a database's own, on the row itself and on what it hangs from."""
        self.add_field("arrears.item", "amount_open", "2 * r.amount_open")
        self.add_field("arrears.case", "item_ids.stage_id", "len(r.item_ids.stage_id)")
        self.run_on(REMINDER)
        items = self.env["arrears.item"].search([("move_id", "in", self.moves.ids)])
        self.env.flush_all()
        self.env.cr.execute("SELECT amount_open, x_twice FROM arrears_item")
        self.assertTrue(all(twice == 2 * amount for amount, twice in self.env.cr.fetchall()))
        cases = [tuple(items.case_id.ids)]
        self.env.cr.execute("SELECT x_twice FROM arrears_case WHERE id IN %s", cases)
        self.assertEqual({twice for (twice,) in self.env.cr.fetchall()}, {1.0})
