# shellcheck shell=bash
# Debian packages. They are installed only by root, and only those that are missing.

is_debian() { have apt-get && have dpkg-deb; }

# The newest PostgreSQL binaries of the machine, or nothing.
debian_postgres_bin() {
    local bin
    bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
    if [[ -x $bin/postgres && -x $bin/initdb ]]; then
        printf '%s\n' "$bin"
    elif have postgres && bin=$(dirname -- "$(readlink -f -- "$(command -v postgres)")") && [[ -x $bin/initdb ]]; then
        printf '%s\n' "$bin"
    fi
}

apt_install() {
    DEBIAN_FRONTEND=noninteractive quietly '/^\(Get\|Setting up\|E\):\{0,1\} /s/^/    /p' \
        apt-get install -y --no-install-recommends -o DPkg::Lock::Timeout=600 "$@" </dev/null
}

# PostgreSQL's package makes and starts a cluster of its own, unless its configuration says no.
# The machine's configuration is put back afterwards.
apt_install_postgres() {
    local conf=/etc/postgresql-common/createcluster.conf kept
    have pg_createcluster || apt_install postgresql-common
    kept=$(cat -- "$conf")
    printf 'create_main_cluster = false\n' >"$conf"
    apt_install postgresql || { printf '%s\n' "$kept" >"$conf" && return 1; }
    printf '%s\n' "$kept" >"$conf"
}

ensure_packages() {
    local missing=() postgres=""
    [[ -n $(debian_postgres_bin) ]] || postgres=postgresql
    have wkhtmltopdf || missing+=(wkhtmltopdf)
    have chromium || missing+=(chromium)
    if [[ -z $postgres && ${#missing[@]} == 0 ]]; then return 0; fi

    if ! is_root || ! is_debian; then
        have wkhtmltopdf || say "    no wkhtmltopdf on this machine: letters stay HTML (apt-get install wkhtmltopdf mends that)"
        have chromium || say "    no chromium on this machine: browser tests are skipped (apt-get install chromium mends that)"
        return 0
    fi
    lock_cache
    step "installing Debian packages: $postgres ${missing[*]}" "$LOGS/packages.log"
    : >"$LOG"
    if ! apt-cache policy chromium 2>/dev/null | grep -q 'Candidate: [0-9]'; then
        quietly '/^\(Get\|Hit\|E\):\{0,1\}/s/^/    /p' apt-get update </dev/null
    fi
    if [[ -n $postgres ]]; then apt_install_postgres; fi
    if ((${#missing[@]})); then apt_install "${missing[@]}"; fi
    unlock_cache
}
