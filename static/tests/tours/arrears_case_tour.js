import { registry } from "@web/core/registry";

// A handler looks at a case, at what was sent, at the customer and at the policy.
registry.category("web_tour.tours").add("premium_arrears_case", {
    steps: () => [
        {
            content: "Open the case from the board",
            trigger: ".o_kanban_record:contains('J. de Vries')",
            run: "click",
        },
        {
            content: "The case says that there is no cover",
            trigger: ".o_form_view .alert-danger:contains('no cover since')",
        },
        {
            content: "See what was sent",
            trigger: ".o_form_view .o_notebook a[name=notices]",
            run: "click",
        },
        {
            content: "The 14-day notice is there",
            trigger: ".o_field_widget[name=notice_ids] .o_data_row:contains('14-day notice')",
        },
        {
            content: "See the history",
            trigger: ".o_form_view .o_notebook a[name=history]",
            run: "click",
        },
        {
            content: "The suspension is there",
            trigger: ".o_field_widget[name=history_ids] .o_data_row:contains('Cover suspended')",
        },
        {
            content: "Open the notices",
            trigger: "button[name=action_view_notices]",
            run: "click",
        },
        {
            content: "Open the 14-day notice",
            trigger: ".o_list_view .o_data_row:contains('14-day notice') td[name=name]",
            run: "click",
        },
        {
            content: "The text as it was sent is shown",
            trigger: ".o_form_view .o_field_widget[name=body_shown]:contains('J. de Vries')",
        },
        {
            content: "Open the customer",
            trigger: ".o_form_view .o_field_widget[name=partner_id] a",
            run: "click",
        },
        {
            content: "The customer's page warns",
            trigger: ".o_form_view .alert-danger:contains('no cover since')",
        },
        {
            content: "Open the customer's policies",
            trigger: "button[name=action_view_insurance_policies]",
            run: "click",
        },
        {
            content: "Open the policy",
            trigger: ".o_list_view .o_data_row td[name=name]",
            run: "click",
        },
        {
            content: "The policy shows its cover in time",
            trigger: ".o_field_widget[name=cover_line] .o_arrears_stretch_suspended",
        },
        {
            content: "The policy shows its days without cover",
            trigger: ".o_field_widget[name=gap_ids] .o_data_row",
        },
    ],
});
