# shellcheck shell=bash
# Virtual environments: one with Odoo's requirements, one for the law without Odoo, one for lint.

# A Python that Odoo 19 runs on and that can make virtual environments. Sets PYTHON.
find_python() {
    local candidate
    for candidate in ${PYTHON:+"$PYTHON"} python3.11 python3.12 python3.13 python3 /usr/bin/python3; do
        if have "$candidate" && "$candidate" -c '
import sys, ensurepip, venv
sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
            PYTHON=$("$candidate" -c 'import sys; print(sys.executable)')
            return 0
        fi
    done
    return 1
}

ensure_python() {
    if find_python; then return 0; fi
    if is_root && is_debian; then
        lock_cache
        step "installing Debian packages: python3 python3-venv" "$LOGS/packages.log"
        : >"$LOG"
        quietly '/^\(Get\|Hit\|E\):\{0,1\}/s/^/    /p' apt-get update </dev/null
        apt_install python3 python3-venv
        unlock_cache
        if find_python; then return 0; fi
    fi
    fail "no Python 3.11, 3.12 or 3.13 with the modules venv and ensurepip was found; install one (on Debian: apt-get install python3 python3-venv)."
}

# ensure_venv NAME: .local/venv-NAME holds what script/requirements/NAME.txt lists.
ensure_venv() {
    local name=$1 venv=$STATE/venv-$1 list=$ROOT/script/requirements/$1.txt key
    ensure_python
    key=$({ cat -- "$list" && printf '%s\n' "$PYTHON"; } | sha)
    if stamp_is "venv-$name" "$key" && "$venv/bin/python" -c '' 2>/dev/null; then return 0; fi

    step "installing Python packages into .local/venv-$name" "$LOGS/venv-$name.log"
    stamp_clear "venv-$name"
    : >"$LOG"
    "$PYTHON" -m venv --clear "$venv" >>"$LOG" 2>&1
    PYTHONUNBUFFERED=1 quietly 's/^ *Downloading /    /p; s/^ *Using cached /    (cached) /p; /^ERROR/p' \
        "$venv/bin/python" -m pip install --no-input --no-compile --progress-bar off -r "$list"
    stamp_set "venv-$name" "$key"
}

ensure_odoo_venv() {
    ensure_venv odoo
    ODOO_PYTHON=$STATE/venv-odoo/bin/python
    # The unpacked package is on the environment's path, so that `import odoo` works.
    local pth
    pth=$(printf '%s\n' "$STATE"/venv-odoo/lib/python3*/site-packages)/odoo.pth
    [[ -f $pth && $(<"$pth") == "$ODOO_PYTHON_PATH" ]] || printf '%s\n' "$ODOO_PYTHON_PATH" >"$pth"
}
