# shellcheck shell=bash
# Addons of the OCA that a bridge joins to: from PyPI, pinned, into a folder of their own. They are
# AGPL-3 (queue_job: LGPL-3) and never part of this repository. Their wheels ask for a package "odoo" that PyPI does not
# have, hence without dependencies.

OCA_ADDONS=(odoo-addon-account_credit_control==19.0.1.0.0.13 odoo-addon-queue_job==19.0.2.4.0.1)
OCA=$STATE/oca/odoo/addons

ensure_oca() {
    local key new=$STATE/oca.new
    key=$(printf '%s\n' "${OCA_ADDONS[@]}" | sha)
    if stamp_is oca "$key" && [[ -d $OCA ]]; then return 0; fi
    step "getting the OCA addons that bridges join to" "$LOGS/oca.log"
    stamp_clear oca
    : >"$LOG"
    rm -rf -- "$new" "$STATE/oca"
    PYTHONUNBUFFERED=1 quietly 's/^ *Downloading /    /p; s/^ *Using cached /    (cached) /p; /^ERROR/p' \
        "$ODOO_PYTHON" -m pip install --no-deps --no-input --no-compile --progress-bar off --target "$new" "${OCA_ADDONS[@]}"
    mv -- "$new" "$STATE/oca"
    stamp_set oca "$key"
}
