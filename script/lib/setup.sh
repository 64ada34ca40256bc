# shellcheck shell=bash
# Everything that Odoo needs, in order; each step does nothing when its work is done.

lib=$(dirname -- "${BASH_SOURCE[0]}")
# shellcheck source=script/lib/common.sh
. "$lib/common.sh"
# shellcheck source=script/lib/packages.sh
. "$lib/packages.sh"
# shellcheck source=script/lib/venv.sh
. "$lib/venv.sh"
# shellcheck source=script/lib/odoo.sh
. "$lib/odoo.sh"
# shellcheck source=script/lib/oca.sh
. "$lib/oca.sh"
# shellcheck source=script/lib/postgres.sh
. "$lib/postgres.sh"
# shellcheck source=script/lib/databases.sh
. "$lib/databases.sh"
prepare_folders

set_up() {
    lock_checkout
    ensure_python
    ensure_packages
    ensure_odoo
    ensure_odoo_venv
    ensure_oca
    find_postgres
    start_postgres
    write_odoo_conf
    ensure_template
    unlock_checkout
    # Temporary files too, unless the path is too long for the sockets that a browser makes there.
    if ((${#OWN_CACHE} < 60)); then
        mkdir -p -- "$OWN_CACHE/tmp"
        export TMPDIR=$OWN_CACHE/tmp
    fi
    # A browser keeps its settings here, not in the user's home.
    export XDG_CONFIG_HOME=$OWN_CACHE/config
    STEP="working" LOG=""
}
