import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { KanbanController } from "@web/views/kanban/kanban_controller";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { ListController } from "@web/views/list/list_controller";
import { listView } from "@web/views/list/list_view";

/** The first steps of an office that starts; the server decides whether there is anything to show. */
export class ArrearsGuide extends Component {
    static template = "premium_arrears.Guide";
    static props = {};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ guide: false });
        onWillStart(() => this.load());
    }

    async load() {
        // Who chooses a case in a dialog has no steps to take here.
        if (this.env.inDialog) {
            return;
        }
        this.state.guide = await this.orm.call("onboarding.onboarding", "get_arrears_guide", []);
    }

    async open(step) {
        const action = await this.orm.call("onboarding.onboarding.step", step.method, []);
        await this.action.doAction(action, { onClose: () => this.load() });
    }

    async close() {
        this.state.guide = false;
        await this.orm.call("onboarding.onboarding", "action_close_arrears_guide", []);
    }
}

export class ArrearsCaseListController extends ListController {
    static template = "premium_arrears.CaseListView";
    static components = { ...ListController.components, ArrearsGuide };
}

export class ArrearsCaseKanbanController extends KanbanController {
    static template = "premium_arrears.CaseKanbanView";
    static components = { ...KanbanController.components, ArrearsGuide };
}

registry
    .category("views")
    .add("arrears_case_list", { ...listView, Controller: ArrearsCaseListController })
    .add("arrears_case_kanban", { ...kanbanView, Controller: ArrearsCaseKanbanController });
