#!/bin/sh
# A private PostgreSQL for the store's tests: its own directory, a unix socket and no port, nothing kept.
#   postgres.sh start FILE    starts it and writes its directory (also its socket's) into FILE
#   postgres.sh stop FILE     stops it and removes both
# Run by CTest as a fixture. As root the server runs as the user postgres, since it refuses to run as root.
set -eu

command=$1
where=$2
programs=${STAGECAST_POSTGRES_BIN:-$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)}

as_server() {
    if [ "$(id -u)" -eq 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

stop() {
    [ -f "$where" ] || return 0
    directory=$(cat "$where")
    if [ -n "$directory" ] && [ -d "$directory/data" ]; then
        (cd / && as_server "$programs/pg_ctl" -D "$directory/data" -m immediate -w stop >&2) || true
        rm -rf "$directory"
    fi
    rm -f "$where"
}

start() {
    directory=$(mktemp -d "${TMPDIR:-/tmp}/stagecast-pg.XXXXXX")
    echo "$directory" >"$where"
    [ "$(id -u)" -ne 0 ] || chown postgres: "$directory"
    cd /
    as_server "$programs/initdb" -D "$directory/data" -U stagecast -A trust -E UTF8 --locale=C -N >/dev/null
    # Nothing here outlives the test run: no need to wait for a disk.
    as_server "$programs/pg_ctl" -D "$directory/data" -l "$directory/log" -w -t 60 \
        -o "-c listen_addresses='' -c unix_socket_directories='$directory' -c fsync=off -c full_page_writes=off -c max_connections=200" \
        start >/dev/null
}

case $command in
    start) stop; start ;;
    stop) stop ;;
    *) echo "usage: postgres.sh start|stop FILE" >&2; exit 2 ;;
esac
