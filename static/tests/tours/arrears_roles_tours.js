import { registry } from "@web/core/registry";

const tours = registry.category("web_tour.tours");

// Which menu, and which entry in it.
function openMenu(section, entry) {
    return [
        {
            content: `Open the menu ${section}`,
            trigger: `.o_menu_sections [data-menu-xmlid='premium_arrears.${section}']`,
            run: "click",
        },
        {
            content: `Choose ${entry}`,
            trigger: `.o-dropdown--menu [data-menu-xmlid='premium_arrears.${entry}']`,
            run: "click",
        },
    ];
}

// A handler's morning: the run, its letters, and a customer on the phone.
tours.add("premium_arrears_morning", {
    steps: () => [
        ...openMenu("menu_work", "menu_runs"),
        {
            content: "Open today's run",
            trigger: ".o_list_view .o_data_row td[name=date]",
            run: "click",
        },
        {
            content: "Ask what today is for",
            trigger: ".o_form_view button[name=action_propose]",
            run: "click",
        },
        {
            content: "Look at the letter that is proposed",
            trigger: ".o_field_widget[name=action_ids] .o_data_row:contains('J. de Vries') button[name=action_preview]",
            run: "click",
        },
        {
            content: "The letter is shown, and nothing is sent",
            trigger: ".modal:contains('Preview: nothing is sent') .o_field_widget[name=page]",
        },
        {
            content: "Close it",
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "Leave the step of a neighbour out",
            trigger: "body:not(:has(.modal)) .o_field_widget[name=action_ids] .o_data_row:contains('P. Jansen') button[name=action_untick]",
            run: "click",
        },
        {
            content: "It is skipped",
            trigger: ".o_field_widget[name=action_ids] .o_data_row:contains('P. Jansen'):contains('Skipped')",
        },
        {
            content: "Execute",
            trigger: ".o_form_view button[name=action_open_execute]",
            run: "click",
        },
        {
            content: "The figures once more, then send",
            trigger: ".modal:has(.o_field_widget[name=summary_html]) footer button[name=action_execute]",
            run: "click",
        },
        {
            content: "The run is done",
            trigger: "body:not(:has(.modal)) .o_statusbar_status .o_arrow_button_current:contains('Done')",
        },
        {
            content: "See the notices",
            trigger: ".o_form_view .o_notebook a[name=notices]",
            run: "click",
        },
        {
            content: "A letter waits for the post",
            trigger: ".o_field_widget[name=notice_ids] .o_data_row:contains('J. de Vries')",
        },
        {
            content: "Print the letters",
            trigger: ".o_form_view button[name=action_print_letters]",
            run: "click",
        },
        ...openMenu("menu_notices_root", "menu_print_batches"),
        {
            content: "Open the pile that was printed",
            // The run that is still shown has rows, too.
            trigger: ".o_action_manager:has(.o_last_breadcrumb_item:contains('Print batches')) .o_data_row td.o_data_cell",
            run: "click",
        },
        {
            content: "It went to the post",
            trigger: ".o_form_view button[name=action_confirm_posted]",
            run: "click",
        },
        {
            content: "Yes, today",
            trigger: ".modal footer .btn-primary",
            run: "click",
        },
        {
            content: "It is at the post",
            trigger: "body:not(:has(.modal)) .o_form_view:not(:has(button[name=action_confirm_posted]:visible))",
        },
        ...openMenu("menu_work", "menu_phone_calls"),
        {
            content: "The customer promises to pay",
            trigger: ".o_list_view .o_data_row:contains('J. de Vries') button[name=action_promise]",
            run: "click",
        },
        {
            content: "Nobody is left to call",
            trigger: ".o_view_nocontent:contains('Nobody to call')",
        },
    ],
});

// A manager approves what goes beyond what a handler may agree to.
tours.add("premium_arrears_approval", {
    steps: () => [
        ...openMenu("menu_work", "menu_arrangements_approve"),
        {
            content: "Open the arrangement that waits",
            trigger: ".o_action_manager:has(.o_last_breadcrumb_item:contains('To approve')) .o_data_row:contains('J. de Vries') td[name=partner_id]",
            run: "click",
        },
        {
            content: "It says that it waits for a manager",
            trigger: ".o_form_view .alert-warning:contains('Waits for a manager')",
        },
        {
            content: "Approve it",
            trigger: ".o_form_view button[name=action_approve]",
            run: "click",
        },
        {
            content: "It runs",
            trigger: ".o_statusbar_status .o_arrow_button_current:contains('Active')",
        },
        {
            content: "Nothing is left to approve",
            trigger: ".o_form_view:not(:has(button[name=action_approve]))",
        },
    ],
});

// A reader sees a case and what was sent, and gets no button that does something.
tours.add("premium_arrears_reader", {
    steps: () => [
        {
            content: "Open the menu of the work",
            trigger: ".o_menu_sections [data-menu-xmlid='premium_arrears.menu_work']",
            run: "click",
        },
        {
            content: "There are cases, and no runs",
            trigger:
                ".o-dropdown--menu:has([data-menu-xmlid='premium_arrears.menu_cases'])" +
                ":not(:has([data-menu-xmlid='premium_arrears.menu_runs']))",
        },
        {
            content: "There is no configuration",
            trigger:
                ".o_menu_sections:not(:has([data-menu-xmlid='premium_arrears.menu_configuration']))",
        },
        {
            content: "Open the cases",
            trigger: ".o-dropdown--menu [data-menu-xmlid='premium_arrears.menu_cases']",
            run: "click",
        },
        {
            content: "Open a case",
            trigger: ".o_kanban_record:contains('J. de Vries')",
            run: "click",
        },
        {
            content: "The case is shown, with nothing to press above it",
            trigger:
                ".o_form_view:has(.o_field_widget[name=state]):not(:has(.o_statusbar_buttons button))",
        },
        {
            content: "See what was sent",
            trigger: ".o_form_view button[name=action_view_notices]",
            run: "click",
        },
        {
            content: "The list of notices prints nothing",
            trigger: ".o_list_view:not(:has(button[name=action_print_letters])) .o_data_row td[name=name]",
            run: "click",
        },
        {
            content: "The letter can be read, and only be verified",
            trigger:
                ".o_form_view:has(.o_field_widget[name=body_shown]:contains('J. de Vries'))" +
                ":not(:has(button[name=action_open_withdraw])):not(:has(button[name=action_retry]))",
        },
    ],
});
