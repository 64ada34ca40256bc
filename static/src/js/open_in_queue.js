import { registry } from "@web/core/registry";

/**
 * Opens one case of a queue, with Odoo's own pager (Alt+N, Alt+P) over the queue. A page that came
 * from the queue is replaced, so that the breadcrumbs stay as short as they were.
 */
registry.category("actions").add("premium_arrears.open_in_queue", (env, { params }) => {
    const current = env.services.action.currentController;
    const inQueue = current?.action.context?.arrears_place;
    return env.services.action.doAction(params.action, {
        props: { resIds: params.ids },
        stackPosition: inQueue ? "replaceCurrentAction" : undefined,
    });
});
