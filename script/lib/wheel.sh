# shellcheck shell=bash
# The wheel: built from a copy of the checkout, installed in a bare environment, and its addon in a database.

# What git would give away, in a folder of another name: nothing may depend on the checkout's.
copy_checkout() {
    mkdir -p -- "$1"
    tar -C "$ROOT" --exclude=./.git --exclude=./.local --exclude=./dist --exclude='__pycache__' --exclude='*.py[cod]' \
        --exclude='.*_cache' --exclude=./.hypothesis --exclude=./mutants -cf - . | tar -C "$1" -xf -
}

# A bare environment: Odoo and its requirements by path, no addon, no pip.
make_bare_venv() {
    local site
    "$PYTHON" -m venv --without-pip "$1"
    site=$(printf '%s\n' "$1"/lib/python3*/site-packages)
    printf '%s\n' "$STATE"/venv-odoo/lib/python3*/site-packages "$ODOO_PYTHON_PATH" >"$site/odoo.pth"
}

# The template has heard of the checkout's addons: a database of an Odoo that never saw them.
forget_addons() {
    sql "$1" "DELETE FROM ir_model_data WHERE module = 'base' AND name LIKE 'module_$ADDON%';
        DELETE FROM ir_module_module WHERE name LIKE '$ADDON%'"
}

# Needs what set_up prepares.
test_wheel() {
    local database=test_$$_wheel builder=$STATE/venv-wheel/bin/python wheel python
    folder=$(mktemp -d) # not local: the trap needs it
    trap 'rm -rf -- "$folder"; drop_test_databases $$' EXIT
    lock_checkout
    ensure_venv wheel
    unlock_checkout

    step "building the wheel in a folder of another name" "$LOGS/wheel-$database.log"
    : >"$LOG"
    copy_checkout "$folder/some-checkout"
    "$builder" -m pip wheel --no-deps --no-build-isolation --no-input --wheel-dir "$folder" \
        "$folder/some-checkout" >>"$LOG" 2>&1
    wheel=$(printf '%s\n' "$folder"/*.whl)
    "$builder" "$ROOT/script/lib/check_wheel.py" "$wheel" "$folder/some-checkout" ||
        fail "the wheel is not what it should be, see above; pyproject.toml lists what goes in."

    step "installing the wheel in a bare environment, and its addon in the database $database" "$LOGS/wheel-$database.log"
    make_bare_venv "$folder/venv"
    python=$folder/venv/bin/python
    "$builder" -m pip --python "$python" install --no-deps --no-index --no-input "$wheel" >>"$LOG" 2>&1
    db_create_from_template "$database"
    forget_addons "$database"
    LOG=$LOGS/wheel-install-$database.log
    rm -f -- "$LOG"
    # From a folder that has nothing to do with the checkout, with only Odoo's own addons on the path.
    (cd -- "$folder/venv" && "$python" -m odoo -d "$database" -i "$ADDON" --addons-path="$ODOO_ADDONS" \
        --stop-after-init --no-http --logfile="$LOG" 2>&1) | sed 's/^/    /' >&2
    "$python" "$ROOT/script/lib/check_log.py" "$LOG" ||
        fail "installing the addon from its wheel wrote the warnings or errors above (all of it: $LOG)."
    (cd -- "$folder/venv" && "$python" "$ROOT/script/lib/check_install.py" "$database" "$ODOO_ADDONS") ||
        fail "the addon is not installed from its wheel, see above and $LOG."
    rm -rf -- "$folder"
}
