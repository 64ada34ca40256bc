# shellcheck shell=bash
# Everything that Odoo needs, in order; each step does nothing when its work is done.

for part in common packages venv odoo postgres databases; do
    # shellcheck source=/dev/null
    . "$(dirname -- "${BASH_SOURCE[0]}")/$part.sh"
done
prepare_folders

set_up() {
    lock_checkout
    ensure_python
    ensure_packages
    ensure_odoo
    ensure_odoo_venv
    find_postgres
    start_postgres
    write_odoo_conf
    ensure_template
    unlock_checkout
    STEP="working" LOG=""
}
