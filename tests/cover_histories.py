"""Payment histories, and by hand for each policy the days on which there was no cover.

The days are worked out from law.md 3, 4 and 12, not by the program. What most stories share, in
2026 and by e-mail: premium due Mon 2 Mar; reminder 7 days later, Mon 9 Mar; 14-day notice 14 days
after that, Mon 23 Mar; received the next day, Tue 24 Mar; the letter names the fourteenth day after
Thu 26 Mar (two days of slack for slow mail), so Thu 9 Apr is the last day to pay and Fri 10 Apr the
first day without cover. Cover is back the day after the credit day.

Rest days: 3 Apr Good Friday, 6 Apr Easter Monday, 27 Apr King's day, 5 May, 14 May Ascension day,
25 May Whit Monday. On Sundays and those days no letter is made; no term ends on them, nor on 15 May
(by decree).
"""

from .cover_history import event, history, invoice, on, pay

FIRST, LAST = on("2 Mar"), on("31 May")

BUSINESS = {"debtor_type": "business", "is_company": True}


def policy(**values):
    return {"A": values}


ONE = [
    history("paid on the due date", "In time.", invoice("2 Mar"), pay("2 Mar"), A=""),
    history("paid after the reminder", "No notice yet.", invoice("2 Mar"), pay("12 Mar"), A=""),
    history("paid in the term", "1 Apr lies before 9 Apr.", invoice("2 Mar"), pay("1 Apr"), A=""),
    history("paid on the last day", "9 Apr is in time.", invoice("2 Mar"), pay("9 Apr"), A=""),
    history(
        "paid on the last day, booked the next morning",
        "What counts is the credit day, 9 Apr.",
        invoice("2 Mar"),
        pay("10 Apr", credited="9 Apr"),
        A="",
    ),
    history(
        "paid a day late, booked before anybody decided",
        "Nothing was open any more on 10 Apr when it could have been decided.",
        invoice("2 Mar"),
        pay("10 Apr"),
        A="",
    ),
    history(
        "paid on the day of the suspension",
        "Credited 10 Apr, booked after the decision: no cover that day, back the day after.",
        invoice("2 Mar"),
        pay("10 Apr", evening=True),
        A="10 Apr - 11 Apr",
    ),
    history("paid late", "Credited 20 Apr.", invoice("2 Mar"), pay("20 Apr"), A="10 Apr - 21 Apr"),
    history("never paid", "First day after 9 Apr, and open.", invoice("2 Mar"), A="10 Apr -"),
    history(
        "a part in the term",
        "A part saves nothing.",
        invoice("2 Mar"),
        pay("1 Apr", 44.99),
        A="10 Apr -",
    ),
    history(
        "a part in the term, the rest in the term",
        "All was in by 9 Apr.",
        invoice("2 Mar"),
        pay("27 Mar", 20.0),
        pay("8 Apr", 25.0),
        A="",
    ),
    history(
        "a part in the term, the rest late",
        "The last part decides: credited 24 Apr.",
        invoice("2 Mar"),
        pay("1 Apr", 20.0),
        pay("24 Apr", 25.0),
        A="10 Apr - 25 Apr",
    ),
    history(
        "a part after the suspension, then a cent",
        "44.99 revives nothing; the cent of 28 Apr does.",
        invoice("2 Mar"),
        pay("15 Apr", 44.99),
        pay("28 Apr", 0.01),
        A="10 Apr - 29 Apr",
    ),
    history(
        "parts booked in the wrong order",
        "The last credit day is 16 Apr, whichever part was booked last.",
        invoice("2 Mar"),
        pay("17 Apr", 20.0, credited="16 Apr"),
        pay("20 Apr", 25.0, credited="14 Apr"),
        A="10 Apr - 17 Apr",
    ),
    history("quarterly", "The same for any term.", invoice("2 Mar", amount=135.0),
            policies=policy(frequency="quarterly"), A="10 Apr -"),
    history(
        "a package",
        "One policy: all of it stops and all of it comes back.",
        invoice("2 Mar", amount=120.0),
        pay("11 May"),
        policies=policy(line_of_business="package"),
        A="10 Apr - 12 May",
    ),
    history(
        "a motor policy",
        "Like any other; RDW is told besides.",
        invoice("2 Mar"),
        pay("5 May"),
        policies=policy(line_of_business="motor", licence_plate="GB-123-K"),
        A="10 Apr - 6 May",
    ),
    history("basic health", "Never.", invoice("2 Mar"),
            policies=policy(line_of_business="health_basic"), A=""),
    history("supplementary health", "Ordinary insurance.", invoice("2 Mar"),
            policies=policy(line_of_business="health_extra"), A="10 Apr -"),
    history("an intermediary", "May warn only.", invoice("2 Mar"),
            policies=policy(office_role="intermediary"), A=""),
    history("a first premium", "7:934 is about follow-up premium.",
            invoice("2 Mar", kind="first"), A=""),
    history("an amendment premium", "Left to a person and the conditions.",
            invoice("2 Mar", kind="amendment"), A=""),
    history(
        "a business",
        "Notice 10 days after the reminder, Thu 19 Mar; names Sun 5 Apr, Easter: Tue 7 Apr.",
        invoice("2 Mar"),
        customer=BUSINESS,
        A="8 Apr -",
    ),
    history(
        "a business pays late",
        "As above; credited 20 Apr.",
        invoice("2 Mar"),
        pay("20 Apr"),
        customer=BUSINESS,
        A="8 Apr - 21 Apr",
    ),
]  # fmt: skip

BOOKED_LATER = [
    history(
        "credited in the term, booked after the suspension",
        "It was paid on 8 Apr: the suspension was wrong and holds no day.",
        invoice("2 Mar"),
        pay("16 Apr", credited="8 Apr"),
        A="",
    ),
    history(
        "credited on the last day, booked after the suspension",
        "9 Apr was in time.",
        invoice("2 Mar"),
        pay("13 Apr", credited="9 Apr"),
        A="",
    ),
    history(
        "credited on the first day without cover, booked later",
        "Open at the start of 10 Apr: that day only.",
        invoice("2 Mar"),
        pay("13 Apr", credited="10 Apr"),
        A="10 Apr - 11 Apr",
    ),
    history(
        "credited during the suspension, booked later",
        "Back the day after the credit day 14 Apr, not after the booking.",
        invoice("2 Mar"),
        pay("22 Apr", credited="14 Apr"),
        A="10 Apr - 15 Apr",
    ),
    history(
        "credited in time, booked late, while a newer term is overdue",
        "The first suspension had no ground. The term of 2 Apr has a notice of its own: reminder "
        "9 Apr, notice Thu 23 Apr, names Sun 10 May: Mon 11 May.",
        invoice("2 Mar"),
        invoice("2 Apr"),
        pay("16 Apr", credited="9 Apr"),
        A="12 May -",
    ),
    history(
        "credited in time, booked when the newer term's notice has passed too",
        "12 May is past when it is booked on 18 May: from that day, never backwards.",
        invoice("2 Mar"),
        invoice("2 Apr"),
        pay("18 May", credited="9 Apr"),
        A="18 May -",
    ),
    history(
        "the wrong credit day, put right",
        "Credited 13 Apr after all: the gap is shorter.",
        invoice("2 Mar"),
        pay("16 Apr"),
        event("storno", "17 Apr"),
        pay("17 Apr", credited="13 Apr"),
        A="10 Apr - 14 Apr",
    ),
    history(
        "a reversed payment is paid again later",
        "Back on 14 Apr stays back: nothing is taken away afterwards.",
        invoice("2 Mar"),
        pay("13 Apr"),
        event("storno", "20 Apr"),
        pay("24 Apr"),
        A="10 Apr - 14 Apr",
    ),
]

REST_DAYS = [
    history("ends on a Saturday", "Notice Wed 25 Mar, names Sat 11 Apr: Mon 13 Apr.",
            invoice("4 Mar"), A="14 Apr -"),
    history("ends on a Sunday", "Notice Thu 26 Mar, names Sun 12 Apr: Mon 13 Apr.",
            invoice("5 Mar"), A="14 Apr -"),
    history("ends on Good Friday", "Notice Tue 17 Mar, names Fri 3 Apr: Tue 7 Apr.",
            invoice("24 Feb"), A="8 Apr -"),
    history("ends on King's day", "Notice Fri 10 Apr, names Mon 27 Apr: Tue 28 Apr.",
            invoice("20 Mar"), A="29 Apr -"),
    history("paid on the extended day", "28 Apr is in time.",
            invoice("20 Mar"), pay("28 Apr", evening=True), A=""),
    history("ends on 5 May", "Notice Sat 18 Apr, names Tue 5 May: Wed 6 May.",
            invoice("28 Mar"), A="7 May -"),
    history(
        "made and ended around rest days",
        "Reminder 13 Apr; King's day passed over: notice Tue 28 Apr, names Fri 15 May (decreed): "
        "Mon 18 May.",
        invoice("6 Apr"),
        A="19 May -",
    ),
    history("ends on Whit Monday", "Notice Fri 8 May, names Mon 25 May: Tue 26 May.",
            invoice("17 Apr"), A="27 May -"),
    history("reminder on a Sunday", "Made Mon 9 Mar, so notice 23 Mar, as ever.",
            invoice("1 Mar"), A="10 Apr -"),
]  # fmt: skip
