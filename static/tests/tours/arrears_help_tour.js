import { registry } from "@web/core/registry";

// A customer calls: "I cannot pay now". The handler agrees on three instalments.
registry.category("web_tour.tours").add("premium_arrears_help", {
    steps: () => [
        {
            content: "Open the case from the board",
            trigger: ".o_kanban_record:contains('J. de Vries')",
            run: "click",
        },
        {
            content: "Help this customer",
            trigger: ".o_form_view button[name=action_help]",
            run: "click",
        },
        {
            content: "The customer can pay in parts",
            trigger: ".modal .o_field_widget[name=able] input",
            run: "click",
        },
        {
            content: "Choose it",
            trigger: ".o_select_menu_item:contains('Can pay it in parts')",
            run: "click",
        },
        {
            content: "An arrangement is proposed, with its reason",
            trigger: ".modal .o_field_widget[name=advice]:contains('A part of it can be paid')",
        },
        {
            content: "Three instalments are shown before anything is agreed on",
            trigger: ".modal .o_field_widget[name=preview] tbody tr:nth-child(3)",
        },
        {
            content: "Too many instalments",
            trigger: ".modal .o_field_widget[name=instalment_count] input",
            run: "edit 10000 && press Tab",
        },
        {
            content: "A friendly word",
            trigger: ".modal .alert-warning:contains('from 1 to 60')",
        },
        {
            content: "Three then",
            trigger: ".modal .o_field_widget[name=instalment_count] input",
            run: "edit 3 && press Tab",
        },
        {
            content: "The days are back",
            trigger: ".modal .o_field_widget[name=preview] tbody tr:nth-child(3)",
        },
        {
            content: "The customer says that this is affordable",
            trigger: ".modal .o_field_widget[name=affordable] input",
            run: "click",
        },
        {
            content: "Make the arrangement",
            trigger: ".modal footer button:contains('Make the arrangement')",
            run: "click",
        },
        {
            content: "It runs, with three instalments",
            trigger: ".o_form_view .o_field_widget[name=instalment_ids] .o_data_row:nth-child(3)",
        },
        {
            content: "It is active",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Active')",
        },
        {
            content: "Back to its case",
            trigger: "button[name=action_view_cases]",
            run: "click",
        },
        {
            content: "The case says that an arrangement runs",
            trigger: ".o_form_view .alert-info:contains('Newer premiums have to be paid as usual')",
        },
    ],
});
