"""What happened in the demonstration, as figures and as a table to read."""

STAGES = {
    "reminder": "Reminder",
    "formal_notice": "14-day notice",
    "business_notice": "Notice to a business",
    "final_notice": "Final notice",
    "handover_notice": "Hand-over announced",
    "cover_suspended": "Cover suspended",
    "cover_resumed": "Cover resumed",
    "policy_ended": "End of a policy",
    "policy_kept": "Policy goes on",
    "handed_over": "Handed over",
    "cis_registered": "Registered in CIS",
    "service_notice": "Service (insurer collects)",
    "arrangement": "Arrangement confirmed",
    "instalment_due": "Instalment to be paid soon",
    "instalment_missed": "Instalment missed",
    "arrangement_broken": "Arrangement broken",
    "arrangement_kept": "Arrangement kept",
}
CASE_STATES = {
    "open": "open",
    "held": "on hold",
    "arranged": "in an arrangement",
    "handed_over": "handed over",
    "closed": "closed",
}
PROPOSALS = {"handover": "Hand-over proposed", "termination": "Termination proposed"}
WIDTH = 78


def figures(env):
    """Return how much happened in the company, as {name: count}."""
    mine = [("company_id", "=", env.company.id)]
    gaps = env["insurance.coverage.gap"].search(mine)
    stopped = gaps.filtered(lambda gap: not gap.resume or gap.resume > gap.start)
    return {
        "cases": env["arrears.case"].search_count(mine),
        "notices": env["arrears.notice"].search_count(mine),
        "fees_booked": env["arrears.fee"].search_count([*mine, ("booked_on", "!=", False)]),
        "suspended": len(stopped),
        "resumed": len(stopped.filtered("resume")),
        "arrangements": env["arrears.arrangement"].search_count(mine),
        "mails_queued": env["arrears.notice"].search_count([*mine, ("mail_id", "!=", False)]),
    }


def table(env, first_day, last_day):
    """Return a table of what happened per stage, as one text of several lines."""
    heading = f"{env.company.name}, {first_day} to {last_day}"
    parts = [notice_rows(env), fee_rows(env), cover_rows(env), case_rows(env)]
    rule = "-" * WIDTH
    return "\n".join(["", heading, *(line for part in parts for line in (rule, *part)), rule, ""])


def notice_rows(env):
    """Return the lines about notices: per stage how many, by which channel, over how much."""
    found = env["arrears.notice"]._read_group(
        [("company_id", "=", env.company.id)],
        ["kind", "channel", "state"],
        ["__count", "amount_total:sum", "fee_announced:sum"],
    )
    lines = [_columns("Notices", "mail", "post", "failed", "premium EUR", "fee EUR")]
    for kind, label in STAGES.items():
        mine = [row[1:] for row in found if row[0] == kind]
        sent = [row for row in mine if row[1] in ("queued", "sent")]
        by_channel = {
            channel: sum(row[2] for row in sent if row[0] == channel)
            for channel in ("email", "post")
        }
        failed = sum(row[2] for row in mine if row[1] == "failed")
        amounts = (sum(row[3] for row in sent), sum(row[4] for row in sent))
        lines.append(_columns(label, by_channel["email"], by_channel["post"], failed, *amounts))
    return lines


def fee_rows(env):
    """Return the lines about collection fees, by what became of them."""
    fees = env["arrears.fee"].search([("company_id", "=", env.company.id)])
    booked = fees.filtered("booked_on")
    kept = booked.filtered(lambda fee: fee.state == "booked")
    running = fees.filtered(lambda fee: fee.state == "announced")
    groups = {
        "Fees booked": kept,
        "Fees taken back, the payment proved to be in time": booked - kept,
        "Fees never charged, paid within the term": fees - booked - running,
        "Fees announced, term still running": running,
    }
    return [
        _line(label, len(group), sum(group.mapped("amount"))) for label, group in groups.items()
    ]


def cover_rows(env):
    """Return the lines about cover: suspended, resumed, taken back, still suspended."""
    gaps = env["insurance.coverage.gap"].search([("company_id", "=", env.company.id)])
    taken_back = gaps.filtered(lambda gap: gap.resume and gap.resume == gap.start)
    resumed = gaps.filtered("resume") - taken_back
    return [
        _line("Cover suspended", len(gaps - taken_back)),
        _line("Cover resumed the day after payment", len(resumed)),
        _line("Suspension taken back", len(taken_back)),
        _line("Policies without cover now", len(gaps.filtered(lambda gap: not gap.resume))),
    ]


def case_rows(env):
    """Return the lines about cases by state, and about what is proposed to a person."""
    mine = [("company_id", "=", env.company.id)]
    cases = env["arrears.case"]._read_group(mine, ["state"], ["__count", "amount_due:sum"])
    by_state = {state: rest for state, *rest in cases}
    lines = [
        _line(f"Cases {label}", *by_state[state])
        for state, label in CASE_STATES.items()
        if state in by_state
    ]
    for kind, label in PROPOSALS.items():
        waiting = [*mine, ("kind", "=", kind), ("state", "=", "proposed")]
        lines.append(_line(label, env["arrears.action"].search_count(waiting)))
    return lines


def _columns(label, *cells):
    """Return one line of the wide table; whole numbers are counts, others are euros."""
    widths = (6, 6, 8, 15, 15)
    return f"{label:<26}" + "".join(
        f"{_text(cell):>{width}}" for cell, width in zip(cells, widths, strict=True)
    )


def _line(label, count, amount=None):
    """Return one line with a count and, when there is one, an amount."""
    return f"{label:<52}{count:>8}" + ("" if amount is None else f"{_text(float(amount)):>16}")


def _text(cell):
    """Return a cell as text: two decimals for euros."""
    return f"{cell:,.2f}" if isinstance(cell, float) else str(cell)
