# shellcheck shell=bash
# Odoo's configuration, and databases cloned from a template that has the dependencies installed.

TEMPLATE=premium_arrears_template
TEMPLATE_MODULES=account,l10n_nl,portal

write_odoo_conf() {
    local addons=$LINKS manifest
    for manifest in "$ROOT"/bridges/*/__manifest__.py; do
        if [[ -e $manifest ]]; then
            addons+=,$ROOT/bridges
            break
        fi
    done
    ODOO_RC=$STATE/odoo.conf
    cat >"$ODOO_RC.$$" <<EOF
[options]
addons_path = $addons,$OCA,$ODOO_ADDONS
data_dir = $ODOO_DATA
db_host = $PGHOST
db_port = $PGPORT
db_user = $PGUSER
pg_path = $PG_BIN
http_interface = 127.0.0.1
max_cron_threads = 1
screenshots = $STATE/screenshots
; No mail leaves a development database: nothing listens here, unless you start a mail catcher.
smtp_server = localhost
smtp_port = 1025
EOF
    mv -f -- "$ODOO_RC.$$" "$ODOO_RC"
    export ODOO_RC
}

odoo() { "$ODOO_PYTHON" -m odoo "$@"; }

db_exists() { [[ $(sql postgres "SELECT 1 FROM pg_database WHERE datname = '$1'") == 1 ]]; }

db_drop() {
    sql postgres "DROP DATABASE IF EXISTS \"$1\" WITH (FORCE)" 2> >(grep -v NOTICE >&2)
    rm -rf -- "${ODOO_DATA:?}/filestore/$1"
}

# db_copy SOURCE TARGET: with its attachments. Odoo never changes a stored file, so links suffice.
db_copy() {
    db_drop "$2"
    sql postgres "CREATE DATABASE \"$2\" TEMPLATE \"$1\" STRATEGY FILE_COPY"
    if [[ -d $ODOO_DATA/filestore/$1 ]]; then
        cp -al -- "$ODOO_DATA/filestore/$1" "$ODOO_DATA/filestore/$2"
    fi
}

db_create_from_template() { db_copy "$TEMPLATE" "$1"; }

# The template's comment says what it was made from; it gets its name when it is complete.
ensure_template() {
    local key made building=${TEMPLATE}_building
    key=$({
        printf '%s\n' "$ODOO_VERSION" "$TEMPLATE_MODULES"
        cat -- "$ROOT/script/lib/template.py"
    } | sha)
    made=$(sql postgres "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = '$TEMPLATE'")
    if [[ $made == "$key" ]]; then return 0; fi

    step "making the template database with $TEMPLATE_MODULES (about a minute)" "$LOGS/template.log"
    : >"$LOG"
    db_drop "$TEMPLATE"
    db_drop "$building"
    quietly 's/^-- /    /p' "$ODOO_PYTHON" "$ROOT/script/lib/template.py" "$building" "$TEMPLATE_MODULES"
    rm -rf -- "${ODOO_DATA:?}/filestore/$TEMPLATE"
    if [[ -d $ODOO_DATA/filestore/$building ]]; then
        mv -- "$ODOO_DATA/filestore/$building" "$ODOO_DATA/filestore/$TEMPLATE"
    fi
    sql postgres "COMMENT ON DATABASE $building IS '$key'"
    sql postgres "ALTER DATABASE $building RENAME TO $TEMPLATE"
}

# drop_test_databases PID: those of one test run, with the copies that its tests made.
drop_test_databases() {
    local name
    for name in $(sql postgres "SELECT datname FROM pg_database WHERE datname ~ '^test_$1(_[a-z0-9_]+)?\$'"); do
        db_drop "$name"
    done
}

# Databases of test runs that were killed.
drop_stale_databases() {
    local pid
    for pid in $(sql postgres "SELECT DISTINCT substring(datname from '^test_([0-9]+)') FROM pg_database WHERE datname ~ '^test_[0-9]+'"); do
        kill -0 "$pid" 2>/dev/null || drop_test_databases "$pid"
    done
}
