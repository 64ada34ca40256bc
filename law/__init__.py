"""The law of premium arrears in plain Python: no Odoo, no database, no clock.

Money is `decimal.Decimal` in euros, days are `datetime.date`, results are values and codes; wrong
input raises `TypeError` or `ValueError` that names the argument. docs/law.md tells for every rule
its article, its source and the choice made.
"""

from . import (
    allocation,
    calendar,
    checks,
    cis,
    collection_fee,
    collector,
    cover,
    cover_answer,
    facts,
    handover,
    health,
    holds,
    identifiers,
    interest,
    ladder,
    limitation,
    motor,
    notice,
    opening,
    parameters,
    termination,
    timeline,
    why,
)
from .allocation import allocate
from .collection_fee import (
    Claim,
    FeeResult,
    Reminder,
    explain_letter_fee,
    fee_due,
    instalment_fee,
    letter_fee,
    statutory_fee,
    with_vat,
)
from .collector import Collector, may_cause_fee
from .cover import SuspensionFacts, covered_on, resumes_on, suspends_on, suspension_blockers
from .facts import Decision, HoldFact, ItemFacts, NoticeFact, StageRule
from .interest import statutory_interest
from .ladder import next_step
from .limitation import expires_on
from .notice import NoticeContent, assumed_receipt, last_day_to_pay, missing_parts
from .termination import TerminationFacts, refund_of_unused_premium, termination_blockers
