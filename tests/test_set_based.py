"""Set-based: the queries of a night do not grow with the number of overdue lines."""

from datetime import date, timedelta

from odoo.tests import tagged

from .common import ArrearsCommon

DUE = date(2026, 1, 15)


@tagged("post_install", "-at_install")
class TestSetBased(ArrearsCommon):
    def make_many(self, count, due):
        """Return that many premium invoices, each of its own customer."""
        moves = self.env["account.move"]
        for number in range(count):
            partner = self.make_customer(f"Customer {due} {number}")
            moves |= self.make_invoice(due, policies=self.make_policy(partner_id=partner.id))
        return moves

    def count_queries(self, action):
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        action()
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def propose(self, day):
        run = self.runs.create({"date": day, "company_id": self.company.id})
        queries = self.count_queries(run.action_propose)
        return run, queries

    def test_collecting_and_proposing(self):
        self.make_many(5, DUE)
        few, few_queries = self.propose(DUE + timedelta(days=7))
        self.assertEqual(len(few.action_ids), 5)
        few.action_execute()
        later = DUE + timedelta(days=1)
        self.make_many(40, later)
        many, many_queries = self.propose(later + timedelta(days=7))
        self.assertEqual(len(many.action_ids), 40)
        self.assertLessEqual(many_queries, few_queries + 15, (few_queries, many_queries))

    def test_executing(self):
        """Carrying out 40 cases takes the queries of 5: the reminder and the 14-day notice."""
        queries = {}
        for count, due in ((5, DUE), (40, DUE + timedelta(days=90))):
            self.make_many(count, due)
            for step, days in (("reminder", 7), ("notice", 21), ("fee and cover", 46)):
                run, _queries = self.propose(due + timedelta(days=days))
                at_most = queries[step] + 15 if step in queries and days < 46 else 10_000
                queries.setdefault(step, self.execute(run, at_most))
                self.assertGreaterEqual(len(run.action_ids), count, step)
                self.assertEqual(set(run.action_ids.mapped("state")), {"done"}, step)
            # What is left of these cases does not come along with the next size.
            cases = self.env["arrears.case"].search([("company_id", "=", self.company.id)])
            agreed = self.arrange(cases[:1].item_ids, due + timedelta(days=46))
            cases.sudo().item_ids.write({"arrangement_id": agreed.id})

    def execute(self, run, at_most):
        """Carry out a run without rendering; return the queries. Its letters are posted."""
        service = run._as_service()
        self.env.flush_all()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        with self.assertQueryCount(at_most):
            list(service._execute_day())
        queries = self.env.cr.sql_log_count - before
        service.notice_ids.write({"body_hash": "as if rendered"})
        service.notice_ids._mark_sent(run.date)
        service.state = "done"
        return queries

    def test_choosing_procedures_costs_the_same_queries_for_any_number_of_lines(self):
        insurers = self.insurer | self.insurer.copy({"name": "Verzekeraar Zuid"})
        kinds = ("motor", "home", "travel", "legal")
        procedure = self.env.ref("premium_arrears.procedure_consumer")
        for kind in kinds:
            procedure.copy({"line_of_business": kind, "insurer_id": insurers[-1].id})
        counts = {}
        for count, due in ((8, DUE), (64, DUE + timedelta(days=1))):
            for number in range(count):
                partner = self.make_customer(f"Customer {due} {number}")
                policy = self.make_policy(
                    partner_id=partner.id,
                    insurer_id=insurers[number % 2].id,
                    line_of_business=kinds[number // 2 % 4],
                )
                self.make_invoice(due, policies=policy)
            lines = self.env["account.move.line"].search(
                [
                    ("date_maturity", "=", due),
                    ("account_type", "=", "asset_receivable"),
                    ("company_id", "=", self.company.id),
                ]
            )
            self.assertEqual(len(lines), count)
            items = self.env["arrears.item"]

            def choose(lines=lines, items=items):
                policies = items._get_policies_by_move(lines.move_id)
                self.chosen = items._choose_procedures(lines, policies, self.company)

            counts[count] = self.count_queries(choose)
            self.assertEqual(len(set(self.chosen.values())), 5)
        self.assertEqual(counts[64], counts[8], counts)

    def test_looking_for_what_falls_due_soon(self):
        self.env.ref("premium_arrears.procedure_consumer").advance_days = 5
        counts = {}
        for count, due in ((4, DUE), (40, DUE + timedelta(days=30))):
            moves = self.make_many(count, due)
            moves.partner_id.email = "customer@example.com"
            reminders = self.env["arrears.advance.reminder"]
            day = due - timedelta(days=5)

            def look(reminders=reminders, day=day):
                lines = reminders._get_lines(day, self.company)
                self.found = reminders._prepare_vals_list(lines, day, self.company)

            counts[count] = self.count_queries(look)
            self.assertEqual(len(self.found), count)
        self.assertLessEqual(counts[40], counts[4] + 5, counts)

    def test_hearing_payments(self):
        counts = {}
        for count, due in ((3, DUE), (30, DUE + timedelta(days=1))):
            moves = self.make_many(count, due)
            self.run_on(due + timedelta(days=2))
            self.pay_all(moves, due + timedelta(days=2))
            counts[count] = self.count_queries(self.env["arrears.item"]._hear_payments)
            self.assertEqual(set(self.case_of_all(moves).mapped("state")), {"closed"})
        self.assertLessEqual(counts[30], counts[3] + 15, counts)

    def test_hearing_payments_of_cases_that_come_back_a_stage(self):
        counts = {}
        for count, due in ((3, DUE), (30, DUE + timedelta(days=1))):
            reminded = self.make_many(count, due)
            self.run_on(due + timedelta(days=7))
            for partner in reminded.partner_id:
                policy = self.env["insurance.policy"].search([("partner_id", "=", partner.id)])
                self.make_invoice(due + timedelta(days=6), policies=policy)
            self.run_on(due + timedelta(days=8))
            self.pay_all(reminded, due + timedelta(days=8))
            counts[count] = self.count_queries(self.env["arrears.item"]._hear_payments)
            cases = self.case_of_all(reminded)
            self.assertEqual(set(cases.mapped("state")), {"open"})
            self.assertFalse(cases.stage_id)
        self.assertLessEqual(counts[30], counts[3] + 15, counts)

    def pay_all(self, moves, day):
        """Pay these invoices on a day, each by a payment of its own."""
        lines = moves.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move.line", active_ids=lines.ids)
            .create({"payment_date": day, "group_payment": False})
        )
        wizard._create_payments()

    def case_of_all(self, moves):
        items = self.env["arrears.item"].search([("move_line_id.move_id", "in", moves.ids)])
        return items.case_id
