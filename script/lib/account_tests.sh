# shellcheck shell=bash
# Odoo's own tests of invoices, payments, reconciliation and the portal, without and with the addon.
# docs/odoo_tests.md tells why these, and what was seen.

ACCOUNT_TESTS=(
    # Invoices, and what becomes of them
    /account/tests/test_account_move_{out,in}_{invoice,refund}.py
    /account/tests/test_account_move_{entry,duplicate,send,date_algorithm}.py
    /account/tests/test_{account_invoice_report,unexpected_invoice,payment_term}.py
    # Payments
    /account/tests/test_account_payment{,_duplicate,_items,_method_line,_register}.py
    /account/tests/test_{account_move_payments_widget,early_payment_discount}.py
    /account_payment /payment
    # Reconciliation
    /account/tests/test_account_{move_reconcile,bank_statement}.py
    # The portal, and contacts
    /account/tests/test_{portal_invoice,portal_attachment,download_docs}.py
    /account/tests/test_{account_partner,res_partner_merge}.py
    /portal -/portal/tests/test_tours.py
)
# A minute's worth of them, in the whole of script/test.
ACCOUNT_TESTS_IN_SHORT=(
    /account/tests/test_account_payment{,_duplicate,_items}.py
    /account/tests/test_{account_move_payments_widget,portal_invoice,res_partner_merge}.py
    /account_payment
)

# Their companies get the currency of the main one, and take euros as the foreign one.
use_dollars() {
    sql "$1" "UPDATE res_currency SET active = TRUE WHERE name = 'USD';
        UPDATE res_company SET currency_id = (SELECT id FROM res_currency WHERE name = 'USD')"
}

# test_account TAGS...: as Odoo's --test-tags takes them. Both runs at once: each has a processor.
# Needs what set_up prepares.
test_account() {
    local without=test_$$_account with=test_$$_account_addon depends tags runs=()
    local logs=("$LOGS/account-without.log" "$LOGS/account-with.log")
    # Tests at a module's own install run before this addon is there: they say nothing about it.
    printf -v tags '%s,' "$@" -at_install
    tags=${tags%,}
    depends=$("$ODOO_PYTHON" -c 'import ast, sys; print(",".join(ast.literal_eval(sys.stdin.read())["depends"]))' \
        <"$ROOT/__manifest__.py")
    trap 'kill $(jobs -p) 2>/dev/null || true; drop_test_databases $$' EXIT

    db_create_from_template "$without"
    use_dollars "$without"
    database=$without install_modules -i "$depends" # so that the addon is the only difference
    db_copy "$without" "$with"
    database=$with install_modules -i "$ADDON"

    step "testing Odoo's own accounting, without and with the addon" "${logs[1]}"
    run_own_tests "$without" "${logs[0]}" --test-tags "$tags" &
    runs+=($!)
    run_own_tests "$with" "${logs[1]}" --test-tags "$tags" &
    runs+=($!)
    wait "${runs[@]}" || true
    compare_tests "${logs[@]}" "the addon" ||
        fail "Odoo's own tests fail more with the addon than without it; see above, ${logs[0]} and ${logs[1]}."
}
