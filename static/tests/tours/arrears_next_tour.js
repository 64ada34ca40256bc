import { registry } from "@web/core/registry";

// A handler goes through what waits with the keyboard; Odoo's pager goes along.
registry.category("web_tour.tours").add("premium_arrears_next", {
    steps: () => [
        {
            content: "The board marks what waits",
            trigger: ".o_kanban_record:contains('J. de Vries') .badge:contains('To decide')",
        },
        {
            content: "Open the first that waits",
            trigger: ".o_kanban_view",
            run: "press Alt+g",
        },
        {
            content: "The case tells what comes next, and why",
            trigger: ".o_form_view .o_arrears_story:contains('because the premium of')",
        },
        {
            content: "The pager goes through what waits",
            trigger: ".o_form_view .o_pager_value:contains('1')",
        },
        {
            content: "The time line is on top",
            trigger: ".o_form_view .o_arrears_timeline:contains('Case opened')",
        },
        {
            content: "On to the next",
            trigger: ".o_form_view",
            run: "press Alt+g",
        },
        {
            content: "The second is open, one crumb from the board",
            trigger: ".o_breadcrumb:has(.o_back_button, .breadcrumb-item) .o_last_breadcrumb_item",
        },
        {
            content: "The pager stands at the second",
            trigger: ".o_form_view .o_pager_value:contains('2')",
        },
    ],
});
