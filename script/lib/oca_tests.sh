# shellcheck shell=bash
# OCA's credit control with its own tests, without and with the bridge, and the bridge's tests.
# Some of the module's own tests fail by the day of the month, so both are run on the same day.

OCA_CREDIT_CONTROL=account_credit_control
OCA_BRIDGE=premium_arrears_credit_control

# run_oca_tests DATABASE MODULES LOG
run_oca_tests() {
    db_create_from_template "$1"
    (run_own_tests "$1" "$3" -i "$2" --test-tags "/$OCA_CREDIT_CONTROL") || true
}

# Needs what set_up prepares.
test_oca() {
    local without=test_$$_oca with=test_$$_oca_bridge
    trap 'drop_test_databases $$' EXIT
    step "testing OCA's $OCA_CREDIT_CONTROL by itself" "$LOGS/oca-without.log"
    run_oca_tests "$without" "$OCA_CREDIT_CONTROL" "$LOG"
    step "testing OCA's $OCA_CREDIT_CONTROL with the bridge" "$LOGS/oca-with.log"
    run_oca_tests "$with" "$ADDON,$OCA_CREDIT_CONTROL" "$LOG"
    [[ $(sql "$with" "SELECT state FROM ir_module_module WHERE name = '$OCA_BRIDGE'") == installed ]] ||
        fail "the bridge did not install itself beside both addons; see $LOG."
    compare_tests "$LOGS/oca-without.log" "$LOGS/oca-with.log" "the bridge" ||
        fail "OCA's own tests fail more with the bridge than without it; see above and $LOG."
    database=$with # for test_addon
    test_addon "$ROOT/bridges/$OCA_BRIDGE"
}
