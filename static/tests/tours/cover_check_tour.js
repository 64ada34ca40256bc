import { registry } from "@web/core/registry";

// The claims desk opens the app, types a plate and a day, and sees whether there was cover.
registry.category("web_tour.tours").add("premium_arrears_cover_check", {
    steps: () => [
        {
            content: "The app opens with the question: type the plate",
            trigger: ".o_form_view .o_field_widget[name=search_text] input",
            run: "edit gb 123 k && press Tab",
        },
        {
            content: "There is cover today",
            trigger: ".o_arrears_answer.alert-success:contains('Covered')",
        },
        {
            content: "Go to the day of loss",
            trigger: ".o_field_widget[name=day] .o_input",
            run: "click",
        },
        {
            content: "Choose a day in the suspension",
            trigger: ".o_field_widget[name=day] input",
            run: "edit 02/25/2026 && press Enter",
        },
        {
            content: "There was no cover on that day, and the reason says from when to when",
            trigger:
                ".o_arrears_answer.alert-danger:contains('No cover'):contains('from 24 February 2026 up to and including 9 March 2026')",
        },
        {
            content: "The answer can be copied for the claim file",
            trigger: ".o_field_widget[name=answer_text] button:contains('Copy answer')",
        },
        {
            content: "A plate that is none is said in words",
            trigger: ".o_field_widget[name=search_text] input",
            run: "edit GB-1 && press Tab",
        },
        {
            trigger: ".alert-info:contains('is not a Dutch licence plate')",
        },
        {
            content: "Nothing of the earlier answer stays behind",
            trigger: ".o_form_view:not(:has(.o_arrears_answer))",
        },
        {
            content: "The next question starts empty",
            trigger: "[data-menu-xmlid='premium_arrears.menu_cover_check']",
            run: "click",
        },
        {
            trigger: ".o_form_view p:contains('in any spelling')",
        },
    ],
});
