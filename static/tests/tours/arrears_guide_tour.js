import { registry } from "@web/core/registry";

// A manager of an office that starts follows the first steps above the cases.
registry.category("web_tour.tours").add("premium_arrears_guide", {
    steps: () => [
        {
            content: "The journal and account are there by themselves",
            trigger: ".o_arrears_guide_done:contains('Journal and accounts')",
        },
        {
            content: "Read a letter",
            trigger: ".o_arrears_guide_step:contains('Read a letter') button",
            run: "click",
        },
        {
            content: "The letter of this office is shown; close it",
            trigger: ".modal .o_arrears_preview",
        },
        {
            content: "Close it",
            trigger: ".modal-footer button:contains('Close')",
            run: "click",
        },
        {
            content: "That step is done",
            trigger: ".o_arrears_guide_done:contains('Read a letter')",
        },
        {
            content: "Check the steps",
            trigger: ".o_arrears_guide_step:contains('Check the steps') button",
            run: "click",
        },
        {
            content: "The days of the stages are told",
            trigger: ".o_arrears_timeline_formal_notice:contains('a collection fee of')",
        },
        {
            content: "Another amount",
            trigger: ".o_field_widget[name=example_premium] input",
            run: "edit 500 && press Tab",
        },
        {
            content: "The fee follows, before anything is saved",
            trigger: ".o_arrears_timeline_formal_notice:contains('75.00')",
        },
        {
            content: "Leave it as it was",
            trigger: ".o_form_button_cancel",
            run: "click",
        },
        {
            content: "Back to the cases",
            trigger: ".o_breadcrumb a:contains('Cases'), .breadcrumb-item a:contains('Cases')",
            run: "click",
        },
        {
            content: "Both are done; put the guide away",
            trigger: ".o_arrears_guide:has(.o_arrears_guide_done:contains('Check the steps')) .o_arrears_guide_close",
            run: "click",
        },
        {
            content: "It is gone",
            trigger: ".o_action_manager:not(:has(.o_arrears_guide)) .o_control_panel",
        },
    ],
});
