import { registry } from "@web/core/registry";

// A customer opens the link in the letter, reads what is open, arranges to
// pay it in three parts, and pays the first.
registry.category("web_tour.tours").add("premium_arrears_my_arrears", {
    steps: () => [
        {
            content: "The page tells what has to be paid",
            trigger: ".o_arrears_summary:contains('You have to pay now'):contains('90.00')",
        },
        {
            content: "and until when there is cover",
            trigger: "section[aria-labelledby='arrears_cover']:contains('You are insured today')",
        },
        {
            trigger: "a[href='/my/arrears/arrange']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "In three instalments",
            trigger: "select[name=count]",
            run: "select 3",
        },
        {
            trigger: ".o_arrears_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Everything is shown before anything is agreed",
            trigger: "h1:contains('Does this suit you?')",
        },
        {
            trigger: "tbody tr:nth-child(3):contains('30.00')",
        },
        {
            trigger: "form[action='/my/arrears/arrange/confirm'] button",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "h1:contains('It is arranged')",
        },
        {
            content: "Back on the page it stands first",
            trigger: "a[href='/my/arrears']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "h2:contains('Your arrangement')",
        },
        {
            content: "The first instalment can be paid",
            trigger: "tr.o_arrears_part_next a[href*='/my/arrears/pay/instalment/']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The page to pay names the instalment and its amount",
            trigger: ".o_arrears_summary:contains('instalment 1 of 3'):contains('30.00')",
        },
        {
            trigger: "#o_payment_form input[name='o_payment_radio']",
            run: "click",
        },
        {
            trigger: "button[name='o_payment_submit_button']:not(:disabled)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            trigger: "h1:contains('Thank you, you have paid')",
        },
        {
            trigger: "a.btn[href='/my/arrears']",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It stands as paid, and the second one is next",
            trigger: "tr.o_arrears_part_paid:contains('Instalment 1'):contains('Paid')",
        },
        {
            trigger: "tr.o_arrears_part_next:contains('Instalment 2')",
        },
    ],
});
