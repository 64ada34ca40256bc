"""Holds know whom they cover; who needs help is told nowhere but in the hold itself."""

from odoo.tools import sql


def migrate(cr, version):
    """Give holds their customer and scope, and take the word for debt help out of what others read.

    A hold keeps covering its case. One for debt help that still runs covers all of its customer:
    whoever is being helped with debts gets no letter of another creditor of ours either.
    """
    if not version:
        return
    cr.execute(
        """
        ALTER TABLE arrears_hold
            ADD COLUMN IF NOT EXISTS partner_id integer,
            ADD COLUMN IF NOT EXISTS scope varchar,
            ADD COLUMN IF NOT EXISTS state varchar,
            ADD COLUMN IF NOT EXISTS is_private boolean,
            ADD COLUMN IF NOT EXISTS begun boolean,
            ADD COLUMN IF NOT EXISTS placed_on date,
            ADD COLUMN IF NOT EXISTS review_on date
        """
    )
    cr.execute(
        """
        UPDATE arrears_hold AS hold
           SET partner_id = arrears_case.partner_id,
               is_private = hold.kind = 'debt_help',
               begun = hold.start <= CURRENT_DATE,
               placed_on = COALESCE(hold.create_date::date, hold.start),
               state = CASE WHEN hold."end" < CURRENT_DATE THEN 'ended' ELSE 'running' END,
               scope = CASE WHEN hold.kind = 'debt_help' AND hold."end" IS NULL
                            THEN 'debtor' ELSE 'case' END,
               review_on = CASE WHEN hold."end" IS NULL THEN CURRENT_DATE END
          FROM arrears_case
         WHERE arrears_case.id = hold.case_id
           AND hold.scope IS NULL
        """
    )
    # An update runs these scripts before it makes what came since: 19.0.1.0.0 knew no telephone
    # calls, and neither that version nor 19.0.1.1.0 knew hand-overs.
    if sql.table_exists(cr, "arrears_phone_call"):
        clean_calls(cr)
    if sql.table_exists(cr, "arrears_handover"):
        clean_handovers(cr)
    # The facts that a step keeps named the kind of an earlier hold.
    cr.execute(
        """
        UPDATE arrears_action
           SET why = replace(why::text, '"debt_help ', '"hold ')::jsonb
         WHERE why::text LIKE '%"debt\\_help %'
        """
    )


def clean_calls(cr):
    """Move what was said on the phone about a need for help to the hold."""
    cr.execute(
        """
        UPDATE arrears_case_history AS history
           SET reason = NULL
          FROM arrears_phone_call AS call
         WHERE call.outcome = 'needs_help'
           AND history.case_id = call.case_id
           AND history.event = 'called'
           AND history.day = call.called_on
        """
    )
    cr.execute(
        """
        UPDATE arrears_phone_call
           SET outcome = 'reached', note = NULL
         WHERE outcome = 'needs_help'
        """
    )


def clean_handovers(cr):
    """Let a case that came back for debt help have come back for another reason."""
    cr.execute(
        """
        UPDATE arrears_handover
           SET return_reason = 'other', return_note = NULL
         WHERE return_reason = 'debt_help'
        """
    )
