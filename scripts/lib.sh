# shellcheck shell=bash
# What every script here shares: messages, the tools folder, and installing what is missing.
# Sourced, never run.

set -Eeuo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
export ROOT

# Tools that are no Debian package are kept outside the tree, so that a fresh clone finds them again.
TOOLS=${MATINEE_TEST_TOOLS:-${XDG_CACHE_HOME:-$HOME/.cache}/matinee/tools}
export TOOLS

if [ -t 2 ]; then
  bold=$'\e[1m' red=$'\e[31m' yellow=$'\e[33m' plain=$'\e[0m'
else
  bold='' red='' yellow='' plain=''
fi

say() { printf '%s==> %s%s\n' "$bold" "$*" "$plain" >&2; }
warn() { printf '%s!!! %s%s\n' "$yellow" "$*" "$plain" >&2; }
die() {
  printf '%serror: %s%s\n' "$red" "$*" "$plain" >&2
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

# The target folder that cargo really uses (CARGO_TARGET_DIR may move it).
target_dir() { printf '%s' "${CARGO_TARGET_DIR:-$ROOT/target}"; }

# Runs a command as root: directly, or through sudo.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif have sudo; then
    sudo "$@"
  else
    return 1
  fi
}

# apt_install PACKAGE…: installs the packages. Debian starts a server the moment its package is unpacked; the
# tests start private ones instead, so a policy file holds that back while the installation runs.
apt_install() {
  have apt-get || {
    warn "no apt-get here: install by hand: $*"
    return 1
  }
  if [ "$(id -u)" != 0 ] && ! have sudo; then
    warn "neither root nor sudo: run this as root: apt-get install $*"
    return 1
  fi
  say "installing $* (apt-get)"
  local policy=/usr/sbin/policy-rc.d ours=0 status=0
  if [ ! -e "$policy" ]; then
    # The single quotes are meant: the file's own text.
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod +x "$policy" && ours=1
  fi
  if [ -z "${apt_lists_are_fresh:-}" ]; then
    as_root apt-get -qq update || true
    export apt_lists_are_fresh=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null || status=$?
  [ "$ours" = 1 ] && as_root rm -f "$policy"
  return "$status"
}

# need COMMAND PACKAGE …pairs: installs, in one go, the packages of those commands that are missing.
need() {
  local missing=()
  while [ $# -gt 0 ]; do
    have "$1" || [ -x "/usr/sbin/$1" ] || missing+=("$2")
    shift 2
  done
  [ ${#missing[@]} = 0 ] || apt_install "${missing[@]}"
}

# The tools that no script can do without, with the place to get them.
need_toolchains() {
  have cargo || die "Rust is missing: install it from https://rustup.rs, then run this again"
  have npm || die "Node.js with npm is missing: install it from https://nodejs.org (version 20 or newer), then run this again"
  need cc build-essential make make
}

# A TCP port that nobody listens on at this moment.
free_port() {
  python3 - <<'PY'
import socket
s = socket.socket()
s.bind(("127.0.0.1", 0))
print(s.getsockname()[1])
PY
}

# wait_for SECONDS COMMAND…: until the command succeeds.
wait_for() {
  local limit=$1 start=$SECONDS
  shift
  until "$@" >/dev/null 2>&1; do
    [ $((SECONDS - start)) -lt "$limit" ] || return 1
    sleep 0.1
  done
}

# stamp NAME PATH…: true when none of the paths has changed since `stamp_done NAME PATH…`.
stamp_sum() {
  (cd "$ROOT" && find "$@" -type f -not -path '*/node_modules/*' -not -path '*/build/*' -not -path '*/.svelte-kit/*' -print0 |
    LC_ALL=C sort -z | xargs -0 -r sha256sum | sha256sum | cut -d' ' -f1)
}
stamp() {
  local name=$1 file
  shift
  file=$(target_dir)/stamps/$name
  [ -f "$file" ] && [ "$(cat "$file")" = "$(stamp_sum "$@")" ]
}
stamp_done() {
  local name=$1
  shift
  mkdir -p "$(target_dir)/stamps"
  stamp_sum "$@" >"$(target_dir)/stamps/$name"
}

# A Python environment of our own under the tools folder, with the packages of scripts/requirements.txt.
python_env() {
  local env=$TOOLS/python sum
  sum=$(sha256sum <"$ROOT/scripts/requirements.txt" | cut -d' ' -f1)
  if [ ! -f "$env/$sum" ]; then
    python3 -c 'import ensurepip, venv' 2>/dev/null || apt_install python3-venv || return 1
    say "making a Python environment for the tests' tools"
    rm -rf "$env"
    python3 -m venv "$env"
    "$env/bin/pip" --quiet --disable-pip-version-check install -r "$ROOT/scripts/requirements.txt" || return 1
    touch "$env/$sum"
  fi
  printf '%s' "$env"
}
