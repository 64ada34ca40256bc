"""Who is called to a run, and in which phase it is. Real processes: tests/faults."""

from datetime import date, timedelta

from odoo import fields
from odoo.exceptions import ConcurrencyError, UserError
from odoo.tests import tagged

from odoo.addons.premium_arrears.models import arrears_run_day, arrears_run_workers
from odoo.addons.premium_arrears.models.arrears_run_workers import HELP

from .common import DAY, ArrearsCommon

DUE = date(2026, 1, 15)
REMINDER_DAY = DUE + timedelta(days=7)
MINUTE = timedelta(minutes=1)


@tagged("post_install", "-at_install")
class TestRunWorkers(ArrearsCommon):
    def setUp(self):
        super().setUp()
        self.patch(arrears_run_day, "CHUNK", 1)
        self.patch(arrears_run_day, "DELIVERIES", 1)
        self.env["ir.cron.trigger"].search([]).unlink()

    def propose(self, customers):
        """Return a proposed run with one step for each of so many customers."""
        for number in range(customers):
            partner = self.make_customer(f"Customer {number}")
            self.make_invoice(DUE, policies=self.make_policy(partner_id=partner.id))
        run = self.runs.create({"date": REMINDER_DAY, "company_id": self.company.id})
        run.action_propose()
        return run._as_service()

    def work_until_delivering(self, run):
        """Return the work of a run of which the first letter was delivered, and no other."""
        work = run._process_together()
        for _checkpoint in work:
            if run.notice_ids.filtered("body_hash"):
                break
        self.assertEqual((run.phase, len(run.notice_ids.filtered("body_hash"))), ("deliver", 1))
        return work

    def trigger(self, name):
        """Let a scheduled action run; return whether it ended well."""
        with self.enter_registry_test_mode():
            return self.env.ref(f"premium_arrears.{name}").method_direct_trigger() is True

    def triggers(self):
        """Return when each of the scheduled actions that carry out runs was called, by name."""
        triggers = self.env["ir.cron.trigger"].search([("cron_id.code", "=", HELP)])
        return {
            cron.name: mine.mapped("call_at") for cron, mine in triggers.grouped("cron_id").items()
        }

    def test_one_worker_more_is_called_for_each_further_piece(self):
        work = self.propose(3)._process_together()
        next(work)
        self.assertEqual(len(self.triggers()), 2)

    def test_no_more_are_called_than_there_are(self):
        work = self.propose(7)._process_together()
        next(work)
        called = self.triggers()
        self.assertEqual(len(called), 4)
        for name, at in called.items():
            self.assertLessEqual(max(at), fields.Datetime.now(), name)

    def test_who_is_at_work_calls_others_and_not_himself(self):
        run = self.propose(3)
        for worker in self.env["ir.cron"].search([("code", "=", HELP)]):
            self.env["ir.cron.trigger"].search([]).unlink()
            run.phase = "execute"
            run.with_context(cron_id=worker.id)._call_helpers(run._count_pieces())
            self.assertEqual(len(self.triggers()), 2)
            self.assertNotIn(worker.name, self.triggers())

    def test_they_are_called_again_to_deliver(self):
        run = self.propose(3)
        for _checkpoint in run._process_together():
            if run.phase == "deliver":
                break
            self.env["ir.cron.trigger"].search([]).unlink()
        self.assertEqual(len(self.triggers()), 2)

    def test_nobody_is_called_to_one_piece(self):
        run = self.propose(1)
        list(run._process_together())
        self.assertEqual((run.state, run.phase), ("done", False))
        self.assertFalse(self.triggers())

    def test_a_piece_is_whole_cases(self):
        run = self.propose(2)
        first, second = run.action_ids.case_id.sorted("id")
        self.assertEqual(run._take_cases(0, 1), first)
        self.assertEqual(run._take_cases(first.id, 1), second)
        self.assertFalse(run._take_cases(second.id, 1))
        list(run._execute_day())
        notice = run.notice_ids.filtered(lambda notice: notice.case_id == first)
        twin = notice.copy({"name": "A second letter"})
        self.assertGreater(twin.id, max((run.notice_ids - twin).ids))
        taken = run._take_deliveries(0, 1)
        self.assertEqual(taken, (notice, notice | twin))
        self.assertEqual(run._take_deliveries(notice.id, 1)[1].case_id, second)

    def test_a_run_in_hand_is_carried_out_by_who_helps(self):
        run = self.propose(3)
        next(run._process_together())
        self.assertFalse(run.released)
        with self.enter_registry_test_mode():
            self.env.ref("premium_arrears.ir_cron_help_1").method_direct_trigger()
        run.invalidate_recordset()
        self.assertEqual((run.state, run.phase, run.done_count), ("done", False, 3))

    def test_a_run_that_nobody_began_is_left_alone(self):
        run = self.propose(1)
        with self.enter_registry_test_mode():
            self.env.ref("premium_arrears.ir_cron_help_1").method_direct_trigger()
        run.invalidate_recordset()
        self.assertEqual(run.state, "proposed")

    def test_a_run_that_is_stopped_half_way_is_in_nobodys_hands(self):
        run = self.propose(3)
        work = run._process_together()
        next(work)
        work.close()
        self.company.arrears_paused = True
        self.assertFalse(list(run._process_together()))
        self.assertEqual((run.state, run.phase, run.done_count), ("proposed", False, 0))

    def test_what_a_colleague_confirms_meanwhile_begins_anew(self):
        run = self.propose(3)
        run.action_ids[:1].automatic = False
        for _checkpoint in run._process_together():
            if run.phase == "deliver":
                break
        self.assertEqual(run.done_count, 2)
        run.action_execute()
        self.assertEqual((run.state, run.done_count), ("done", 3))
        self.assertEqual(len(run.notice_ids.filtered("body_hash")), 3)

    def test_what_is_confirmed_while_a_piece_is_carried_out_is_delivered_too(self):
        run = self.propose(3)
        work = run._process_together()
        next(work)
        next(work)
        self.assertEqual((run.phase, run.done_count), ("execute", 1))
        # As the button does, when it is much.
        run.write({"confirmed_by_id": self.env.uid, "phase": False})
        list(work)
        self.assertEqual((run.state, run.phase, run.done_count), ("done", False, 3))
        self.assertEqual(len(run.notice_ids.filtered("body_hash")), 3)

    def test_what_is_confirmed_while_letters_are_delivered_is_delivered_too(self):
        run = self.propose(3)
        run.action_ids[:1].automatic = False
        work = self.work_until_delivering(run)
        run.write({"confirmed_by_id": self.env.uid, "phase": False})
        list(work)
        list(run._process_together())
        self.assertEqual((run.state, run.phase, run.done_count), ("done", False, 3))
        self.assertEqual(len(run.notice_ids.filtered("body_hash")), 3)

    def test_a_run_that_a_later_one_overtakes_is_left(self):
        run = self.propose(3)
        work = self.work_until_delivering(run)
        later = self.runs.create({"date": REMINDER_DAY + DAY, "company_id": self.company.id})
        later.action_propose()
        self.assertFalse(list(work))
        self.assertEqual((run.state, run.phase, run.overtaken), ("done", False, True))
        self.assertEqual(len(run.notice_ids.filtered("body_hash")), 1)
        later.action_execute()
        self.assertEqual(later.state, "done")
        self.assertEqual(len(run.notice_ids.filtered("body_hash")), 3)

    # === A COLLEAGUE WHO WAITS === #

    def test_a_step_by_hand_delivers_what_its_case_waits_for_and_no_more(self):
        self.env.ref("premium_arrears.stage_consumer_reminder").automatic = False
        run = self.propose(3)
        list(run._process_together())
        self.assertEqual((run.state, run.remaining_count), ("done", 3))
        by_hand, *others = run.action_ids
        for action in others:
            action._execute(REMINDER_DAY)
        # A letter that no run made, such as a correction.
        loose = others[0].notice_id.copy(
            {"case_id": by_hand.case_id.id, "run_id": False, "name": "A letter that waits"}
        )
        by_hand.execute(REMINDER_DAY)
        delivered = run.notice_ids.filtered("body_hash")
        self.assertEqual(delivered, loose | by_hand.notice_id)
        self.assertEqual(len(run.notice_ids), 4)

    def test_a_case_that_a_worker_delivers_is_left_to_it(self):
        self.env.ref("premium_arrears.stage_consumer_reminder").automatic = False
        run = self.propose(1)
        list(run._process_together())
        nobody = self.env["arrears.notice"]
        self.patch(self.env.registry["arrears.notice"], "try_lock_for_update", lambda *_a: nobody)
        run.action_ids.execute(REMINDER_DAY)
        self.assertFalse(run.notice_ids.body_hash)

    def test_many_letters_that_wait_go_to_the_background(self):
        list(self.propose(3)._execute_day())
        late = self.make_policy(partner_id=self.make_customer("One more").id)
        self.make_invoice(DUE + DAY, policies=late)
        run = self.runs.create({"date": REMINDER_DAY + DAY, "company_id": self.company.id})
        run.action_propose()
        self.assertEqual(run.remaining_count, 1)
        self.patch(self.env.registry["arrears.run"], "_get_at_once", lambda run: 3)
        run.action_execute()
        self.assertEqual((run.state, run.released), ("proposed", True))
        self.assertFalse(self.env["arrears.notice"].search([("body_hash", "!=", False)]))
        self.patch(self.env.registry["arrears.run"], "_get_at_once", lambda run: 4)
        run.action_execute()
        self.assertEqual(run.state, "done")

    def test_a_large_run_is_refused_when_the_background_is_turned_off(self):
        self.patch(self.env.registry["arrears.run"], "_get_at_once", lambda run: 0)
        run = self.propose(1)
        workers = self.env["ir.cron"].search([("code", "=", HELP)])
        workers.active = False
        with self.assertRaisesRegex(UserError, "are turned off"):
            run.action_execute()
        self.assertFalse(run.released)
        workers[0].active = True
        run.action_execute()
        self.assertTrue(run.released)
        self.assertEqual(list(self.triggers()), [workers[0].name])

    # === WHAT FAILS === #

    def test_a_run_that_fails_does_not_stop_the_others(self):
        other = self.setup_other_company()["company"]
        other._set_arrears_defaults()
        good = self.runs.create({"date": REMINDER_DAY - DAY, "company_id": other.id})
        good.action_propose()
        bad = self.propose(1)
        (good | bad).sudo().released = True
        finish = self.env.registry["arrears.run"]._finish_day

        def finish_or_fail(run):
            if run == bad:
                raise ValueError("it can not be finished")
            return finish(run)

        self.patch(self.env.registry["arrears.run"], "_finish_day", finish_or_fail)
        with self.assertLogs("odoo.addons.premium_arrears", "ERROR"):
            self.assertTrue(self.trigger("ir_cron_run_released"))
        (good | bad).invalidate_recordset()
        self.assertEqual((good.state, bad.state), ("done", "proposed"))
        asked = bad.activity_ids.filtered(lambda activity: activity.user_id == self.env.user)
        self.assertIn("could not be carried out", asked.summary)

    def test_a_day_that_meets_others_is_looked_at_again_soon(self):
        self.patch(arrears_run_workers.time, "sleep", lambda _seconds: None)

        def meet(*_args):
            raise ConcurrencyError("another one is at it")

        self.patch(self.env.registry["arrears.run"], "_start", meet)
        with self.assertLogs("odoo.addons.premium_arrears", "WARNING"):
            self.assertTrue(self.trigger("ir_cron_run_today"))
        today = self.env.ref("premium_arrears.ir_cron_run_today")
        again = self.env["ir.cron.trigger"].search([("cron_id", "=", today.id)])
        self.assertTrue(again)
        self.assertLess(max(again.mapped("call_at")), fields.Datetime.now() + 2 * MINUTE)

    def test_a_released_run_that_meets_others_is_looked_at_again_soon(self):
        self.patch(arrears_run_workers.time, "sleep", lambda _seconds: None)
        run = self.propose(1)
        run.released = True

        def meet(*_args):
            raise ConcurrencyError("another one is at it")

        self.patch(self.env.registry["arrears.run"], "_process", meet)
        with self.assertLogs("odoo.addons.premium_arrears", "WARNING"):
            self.assertTrue(self.trigger("ir_cron_help_1"))
        self.assertEqual(len(self.triggers()), 1)
        self.assertFalse(run.activity_ids, "no fault, so nobody has to look")

    def test_what_a_run_leaves_at_its_end_is_committed_again_when_it_meets_another(self):
        self.patch(arrears_run_workers.time, "sleep", lambda _seconds: None)
        run = self.propose(1)
        run.released = True
        commit = self.env.registry["ir.cron"]._commit_progress
        met = []

        def meet_once(cron, processed=0, *, remaining=None, deactivate=False):
            if remaining == 0 and not met:
                met.append(True)
                raise ConcurrencyError("another one was faster")
            return commit(cron, processed, remaining=remaining, deactivate=deactivate)

        self.patch(self.env.registry["ir.cron"], "_commit_progress", meet_once)
        self.assertTrue(self.trigger("ir_cron_run_released"))
        run.invalidate_recordset()
        self.assertEqual((met, run.state), ([True], "done"))
