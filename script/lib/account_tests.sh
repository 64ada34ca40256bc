# shellcheck shell=bash
# Odoo's own tests of invoices, payments, reconciliation and the portal, without and with the addon.

# Tests at a module's own install run before this addon is there: they say nothing about it.
ACCOUNT_TESTS=/account,/account_payment,/payment,/portal

# test_account [TAGS]: as Odoo's --test-tags takes them. Both runs at once: each has one processor.
# Needs what set_up prepares.
test_account() {
    local tags=${1:-$ACCOUNT_TESTS},-at_install without=test_$$_account with=test_$$_account_addon depends
    local logs=("$LOGS/account-without.log" "$LOGS/account-with.log") runs=()
    depends=$("$ODOO_PYTHON" -c 'import ast, sys; print(",".join(ast.literal_eval(sys.stdin.read())["depends"]))' \
        <"$ROOT/__manifest__.py")
    trap 'kill $(jobs -p) 2>/dev/null || true; drop_test_databases $$' EXIT

    db_create_from_template "$without"
    database=$without install_modules -i "$depends" # both have the same beside the addon
    db_copy "$without" "$with"
    database=$with install_modules -i "$ADDON"

    step "testing Odoo's own accounting, without and with the addon ($tags)" "${logs[1]}"
    run_own_tests "$without" "${logs[0]}" --test-tags "$tags" &
    runs+=($!)
    run_own_tests "$with" "${logs[1]}" --test-tags "$tags" &
    runs+=($!)
    wait "${runs[@]}" || true
    compare_tests "${logs[@]}" "the addon" ||
        fail "Odoo's own tests fail more with the addon than without it; see above, ${logs[0]} and ${logs[1]}."
}
