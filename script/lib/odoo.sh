# shellcheck shell=bash
# Odoo 19 itself: Debian's package, unpacked without installing it, or the checkout in ODOO_SRC.
#
# Sets ODOO_PYTHON_PATH (the folder that holds the Python package `odoo`), ODOO_ADDONS (further
# addons folders, comma-separated) and ODOO_VERSION (what a template database depends on).

ODOO_SERIES=19.0
# Odoo, and the Debian packages that its web assets are links into. Newer versions of the last two
# have renamed the files, so they come from Debian 12.
DEBIAN_SID=("odoo-19=$ODOO_SERIES*" fonts-roboto-unhinted fonts-montserrat fonts-ocr-b
    libjs-jquery libjs-jquery-form libjs-underscore)
DEBIAN_12=(fonts-font-awesome/bookworm fonts-inconsolata/bookworm)

use_odoo_src() {
    ODOO_SRC=$(cd -- "$ODOO_SRC" 2>/dev/null && pwd -P) || fail "ODOO_SRC is not a folder; let it point to a checkout of Odoo $ODOO_SERIES."
    grep -q '^version_info = (19, 0,' "$ODOO_SRC/odoo/release.py" 2>/dev/null ||
        fail "ODOO_SRC ($ODOO_SRC) is not a checkout of Odoo $ODOO_SERIES; clone that branch of Odoo and let ODOO_SRC point to it."
    ODOO_PYTHON_PATH=$ODOO_SRC
    ODOO_ADDONS=$ODOO_SRC/addons
    ODOO_VERSION="$ODOO_SRC $(git -C "$ODOO_SRC" rev-parse HEAD 2>/dev/null || true)"
}

# apt with a state of its own: its lists and cache are ours, the machine's are not touched. The rest
# of the machine's settings (proxies, certificates) stays, except the hooks that run after an update.
private_apt() {
    APT_CONFIG=$CACHE/apt/apt.conf "$@"
}

prepare_private_apt() {
    local folder=$CACHE/apt mirror
    mkdir -p -- "$folder/lists/partial" "$folder/cache/archives/partial"
    mirror=$("$PYTHON" "$ROOT/script/lib/apt_mirror.py") ||
        fail "no Debian mirror in this machine's apt configuration; add one, or let ODOO_SRC point to a checkout of Odoo $ODOO_SERIES."
    printf '%s\nSuites: sid bookworm\n' "$mirror" >"$folder/debian.sources"
    {
        apt-config dump | grep -v Invoke
        cat <<EOF
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::sourcelist "$folder/debian.sources";
Dir::Etc::sourceparts "/dev/null";
Dir::State::lists "$folder/lists";
Dir::State::status "/dev/null";
Dir::Cache "$folder/cache";
Acquire::Languages "none";
Acquire::Retries "3";
APT::Sandbox::User "";
EOF
    } >"$folder/apt.conf"
}

# Downloads into the cache, for all checkouts of this user. The list is written last.
download_odoo() {
    local debs=$CACHE/debs key=$1
    lock_cache
    if [[ -f $debs/complete && $(<"$debs/complete") == "$key" ]]; then
        unlock_cache
        return 0
    fi
    step "reading Debian's package lists (20 MB)" "$LOGS/odoo.log"
    : >"$LOG"
    prepare_private_apt
    quietly '/^\(Get\|Hit\|Err\|E\|W\):\{0,1\}/s/^/    /p' private_apt apt-get update -o APT::Update::Error-Mode=any
    local candidate
    candidate=$(private_apt apt-cache policy odoo-19 | sed -n 's/^ *Candidate: //p')
    case $candidate in
    "$ODOO_SERIES"*) ;;
    "" | "(none)") fail "Debian's archive no longer has a package odoo-19; let ODOO_SRC point to a checkout of Odoo $ODOO_SERIES." ;;
    *) fail "Debian's package odoo-19 is now version $candidate, not $ODOO_SERIES; let ODOO_SRC point to a checkout of Odoo $ODOO_SERIES." ;;
    esac

    step "downloading Odoo $candidate and its fonts and scripts from Debian (132 MB)" "$LOGS/odoo.log"
    mkdir -p -- "$debs.part"
    (cd -- "$debs.part" && quietly '/^\(Get\|Err\|E\|W\):\{0,1\}/s/^/    /p' \
        private_apt apt-get download "${DEBIAN_SID[@]}" "${DEBIAN_12[@]}")
    printf '%s\n' "$key" >"$debs.part/complete"
    rm -rf -- "$debs"
    mv -- "$debs.part" "$debs"
    unlock_cache
}

# Links to absolute paths would leave the unpacked tree: they are made relative.
mend_links() {
    local root=$1 link target broken
    while IFS= read -r -d '' link; do
        target=$(readlink -- "$link")
        if [[ $target == /* && -e $root$target ]]; then ln -sfnr -- "$root$target" "$link"; fi
    done < <(find "$root" -type l -print0)
    broken=$(find "$root" -xtype l -printf '%P\n' | head -n 3)
    [[ -z $broken ]] ||
        fail "Odoo's unpacked tree has links that lead nowhere (${broken//$'\n'/, }), so a Debian package has moved its files; let ODOO_SRC point to a checkout of Odoo $ODOO_SERIES."
}

unpack_odoo() {
    local new=$STATE/odoo.new deb stub
    step "unpacking Odoo" "$LOGS/odoo.log"
    rm -rf -- "$new" "$STATE/odoo"
    mkdir -p -- "$new"
    for deb in "$CACHE"/debs/*.deb; do dpkg-deb -x "$deb" "$new"; done
    mend_links "$new"
    # Debian leaves this library out, but mail's manifest names it: without a file there, every page
    # logs an error, and every browser test fails.
    stub=$new/usr/lib/python3/dist-packages/odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js
    if [[ ! -e $stub ]]; then
        mkdir -p -- "$(dirname -- "$stub")"
        printf '// Left out of the Debian package.\n' >"$stub"
    fi
    mv -- "$new" "$STATE/odoo"
}

ensure_odoo() {
    if [[ -n ${ODOO_SRC:-} ]]; then
        use_odoo_src
        return 0
    fi
    is_debian || fail "this is not a Debian system, so Odoo cannot be taken from its archive; let ODOO_SRC point to a checkout of Odoo $ODOO_SERIES."
    local key
    key=$(printf '%s\n' "${DEBIAN_SID[@]}" "${DEBIAN_12[@]}" "$(declare -f unpack_odoo mend_links)" | sha)
    if ! stamp_is odoo "$key"; then
        stamp_clear odoo
        download_odoo "$key"
        unpack_odoo
        stamp_set odoo "$key"
    fi
    ODOO_PYTHON_PATH=$STATE/odoo/usr/lib/python3/dist-packages
    ODOO_ADDONS=$ODOO_PYTHON_PATH/odoo/addons
    ODOO_VERSION=$key
}
