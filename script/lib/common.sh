# shellcheck shell=bash
# What every script shares: where things are, how to speak, how to fail, and locks.
#
# Steps and failures go to stderr, so that stdout belongs to the command (demo's last line is JSON).

set -Eeuo pipefail

ROOT=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
NAME=script/$(basename -- "$0")
ADDON=premium_arrears
STATE=$ROOT/.local
LOGS=$STATE/log
STAMPS=$STATE/stamps
# The last step and the log it writes to, for the sentence that ends a failure.
STEP="starting"
LOG=""

FAILED=70 # the exit status of fail(), so that it speaks once

say() { printf '%s\n' "$*" >&2; }

step() {
    STEP=$1
    LOG=${2:-}
    say "==> $STEP"
}

# One sentence: what is missing and how to get it.
fail() {
    say "$NAME: $*"
    exit "$FAILED"
}

on_error() {
    local status=$1
    # In a subshell stay silent: the shell that waits for it speaks.
    if ((status == FAILED || BASH_SUBSHELL > 0)); then exit "$status"; fi
    if [[ -n $LOG && -s $LOG ]]; then
        say "--- the end of $LOG:"
        tail -n 20 -- "$LOG" >&2
        say "$NAME: failed while $STEP; the whole story is in $LOG, and running it again takes up from there."
    else
        say "$NAME: failed while $STEP; see the message above, and run it again after mending that."
    fi
    exit "$FAILED"
}

on_interrupt() {
    say ""
    say "$NAME: interrupted while $STEP; run it again to take up from there."
    exit 130
}

trap 'on_error $?' ERR
trap on_interrupt INT TERM

sha() { sha256sum | cut -c1-12; }

is_root() { [[ $(id -u) == 0 ]]; }

have() { command -v -- "$1" >/dev/null 2>&1; }

# Is the piece NAME made from exactly these inputs (stdin: anything that should lead to a rebuild)?
stamp_is() { [[ -f $STAMPS/$1 && $(<"$STAMPS/$1") == "$2" ]]; }

# A stamp is written last, and in one piece: what was interrupted has none.
stamp_set() {
    printf '%s\n' "$2" >"$STAMPS/$1.new"
    mv -f -- "$STAMPS/$1.new" "$STAMPS/$1"
}

stamp_clear() { rm -f -- "$STAMPS/$1"; }

# File descriptors: 7 the cache's lock, 8 the checkout's lock, 9 "I use PostgreSQL" (postgres.sh).
# Whatever outlives a script (the PostgreSQL server) is started without them.
take_lock() {
    local fd=$1 what=$3
    eval "exec $fd>>$(printf %q "$2")"
    if ! flock --nonblock "$fd"; then
        say "... waiting for another script that is $what"
        flock "$fd"
    fi
}

lock_checkout() { take_lock 8 "$STATE/lock" "setting up this checkout"; }
unlock_checkout() { exec 8>&-; }
lock_cache() { take_lock 7 "$CACHE/lock" "downloading for another checkout"; }
unlock_cache() { exec 7>&-; }

prepare_folders() {
    local tool
    for tool in flock sha256sum; do
        have "$tool" || fail "the command $tool is missing; install the packages util-linux and coreutils."
    done

    mkdir -p -- "$LOGS" "$STAMPS" 2>/dev/null && [[ -w $STATE && -w $STAMPS ]] ||
        fail "the folder $STATE cannot be written by $(id -un); remove it or run this as the user who made it."

    local base=${XDG_CACHE_HOME:-}
    [[ $base == /* ]] || base=${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}/.cache
    CACHE=$base/premium-arrears
    mkdir -p -- "$CACHE" 2>/dev/null && [[ -w $CACHE ]] ||
        fail "the cache folder $CACHE cannot be written; set XDG_CACHE_HOME to a folder that can."

    # Two checkouts on one machine never meet: each has its own part of the cache.
    local key
    key=$(printf '%s' "$ROOT" | sha)
    OWN_CACHE=$CACHE/checkouts/$key
    # Odoo takes a module's name from its folder, so the checkout is reached through a link of that
    # name. The link is outside the checkout: inside, it would contain itself.
    LINKS=$OWN_CACHE/addons
    LINK=$LINKS/$ADDON
    mkdir -p -- "$LINKS"
    [[ $(readlink -- "$LINK" || true) == "$ROOT" ]] || ln -sfn -- "$ROOT" "$LINK"

    # A short private folder below /tmp, made only when a path in the cache would not do.
    SHORT=/tmp/premium-arrears-$(id -u)-$key

    # Caches of the tools go where all the rest is.
    unset PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME
    export PYTHONPYCACHEPREFIX=$STATE/pycache
    export HYPOTHESIS_STORAGE_DIRECTORY=$STATE/hypothesis
    export RUFF_CACHE_DIR=$STATE/ruff MYPY_CACHE_DIR=$STATE/mypy PYLINTHOME=$STATE/pylint
    export PIP_DISABLE_PIP_VERSION_CHECK=1
}

# A folder of our own below /tmp; somebody else's folder of that name is not used.
make_short_folder() {
    mkdir -m 700 -- "$1" 2>/dev/null || true
    [[ -d $1 && ! -L $1 && $(stat -c %u -- "$1") == "${2:-$(id -u)}" ]] ||
        fail "the folder $1 belongs to somebody else; remove it or set XDG_CACHE_HOME to a shorter path."
}

# Shows only the lines of a long output that tell how far it is, keeps all of it in the log.
quietly() {
    local pattern=$1
    shift
    "$@" 2>&1 | tee -a -- "$LOG" | sed -un "$pattern" >&2
}
