# shellcheck shell=bash
# Tests that others wrote for their module, by Odoo's own runner: without and with what is ours.

# run_own_tests DATABASE LOG ARGUMENTS: takes the place of the shell, so that a signal reaches it. It
# ends badly when a test fails, as some do without us too; compare_tests reads the logs.
run_own_tests() {
    local database=$1 log=$2
    shift 2
    rm -f -- "$log"
    exec "$ODOO_PYTHON" -m odoo -d "$database" "$@" --stop-after-init --http-port=0 \
        --max-cron-threads=0 --logfile="$log" > >(sed 's/^/    /' >&2) 2>&1
}

compare_tests() { "$ODOO_PYTHON" "$ROOT/script/lib/compare_tests.py" "$@"; }
