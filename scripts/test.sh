#!/usr/bin/env bash
# make test: installs what the tests need, starts private engines, runs every suite, and cleans up.
#   test.sh [SUITE…]    suites: rust web contract e2e (all of them when none is named)
#
# A tool or an engine that cannot be had is reported and its tests are skipped; with MATINEE_REQUIRE_ENGINES=1 that
# is a failure.
. "$(dirname "$0")/lib.sh"

suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(rust web contract e2e)

tmp=$(mktemp -d "${TMPDIR:-/tmp}/matinee-test.XXXXXX")
chmod 711 "$tmp"
engines=$tmp/engines
results=()
passed=0 failed=0 skipped=0

clean_up() {
  trap - EXIT INT TERM
  [ -d "$engines" ] && "$ROOT/scripts/engines.sh" stop "$engines"
  rm -rf "$tmp"
}
trap clean_up EXIT
trap 'warn interrupted; clean_up; exit 130' INT TERM

skip() {
  warn "SKIPPED: $*"
  results+=("$(printf '%-10s skipped   %s' "${1%%:*}" "${*#*: }")")
  skipped=$((skipped + 1))
}

# suite NAME COMMAND…: runs it and keeps its outcome; a failing suite does not stop the others.
suite() {
  local name=$1 start=$SECONDS outcome=passed
  shift
  say "suite: $name"
  if "$@"; then passed=$((passed + 1)); else
    outcome=FAILED
    failed=$((failed + 1))
  fi
  results+=("$(printf '%-10s %-9s %ds' "$name" "$outcome" $((SECONDS - start)))")
}

wanted() {
  local name
  for name in "${suites[@]}"; do [ "$name" = "$1" ] && return 0; done
  return 1
}

need_toolchains
need ffmpeg ffmpeg ffprobe ffmpeg curl curl python3 python3 || die "ffmpeg, curl and python3 are needed to test anything at all"

if wanted rust || wanted e2e; then
  "$ROOT/scripts/engines.sh" start "$engines"
  # shellcheck source=/dev/null
  . "$engines/env"
  while read -r line; do skip "$line"; done <"$engines/skipped"
fi
"$ROOT/scripts/web.sh"

rust_suite() { (cd "$ROOT" && cargo test --workspace --locked --no-fail-fast); }

# The site is built by now: what a first visit of the home page loads is measured on what is embedded.
web_suite() { (cd "$ROOT/web" && npm test --silent && npm run --silent size); }

e2e_suite() {
  build_program || return 1
  if ! [ -d "$ROOT/e2e/node_modules" ] || ! stamp e2e-deps e2e/package.json e2e/package-lock.json; then
    (cd "$ROOT/e2e" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error) || return 1
    stamp_done e2e-deps e2e/package.json e2e/package-lock.json
  fi
  (cd "$ROOT/e2e" && MATINEE_TEST_BIN=$(target_dir)/debug/matinee MATINEE_TEST_PYTHON=$python npx playwright test)
}

# The Rust suite has made the program already. Cargo would make it a second time, with what its dependencies' features
# are when no test asks for more.
build_program() {
  if wanted rust && [ -x "$(target_dir)/debug/matinee" ]; then return; fi
  (cd "$ROOT" && cargo build --locked --package matinee)
}

contract_suite() {
  build_program || return 1
  "$1/bin/python" "$ROOT/e2e/contract/run.py" "$(target_dir)/debug/matinee" "$1/bin/schemathesis" \
    "$ROOT/crates/matinee/tests/media/bigbuckbunny.mp4"
}

if wanted rust; then
  need srt-live-transmit srt-tools || skip "srt-live-transmit: could not be installed"
  /usr/bin/python3 -c "import gi; gi.require_version('GstRtspServer', '1.0')" 2>/dev/null && have gst-launch-1.0 ||
    apt_install gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad \
      gstreamer1.0-plugins-ugly gstreamer1.0-libav python3-gi gir1.2-gst-rtsp-server-1.0 ||
    skip "GStreamer: could not be installed"
  suite rust rust_suite
fi

if wanted web && [ -f "$ROOT/web/package.json" ] && grep -q '"test":' "$ROOT/web/package.json"; then
  suite web web_suite
fi

if wanted contract; then
  if env=$(python_env); then suite contract contract_suite "$env"; else skip "schemathesis: no Python environment"; fi
fi

if wanted e2e && [ -f "$ROOT/e2e/package.json" ]; then
  # One package after the other: one that the distribution lacks must not keep the rest away.
  for pair in chromium:chromium nginx:nginx-light mpv:mpv streamlink:streamlink cvlc:vlc-bin; do
    need "${pair%%:*}" "${pair##*:}" || skip "${pair%%:*}: could not be installed"
  done
  # VLC's decoders are a package that it only recommends.
  if have cvlc && ! compgen -G '/usr/lib/*/vlc/plugins/codec/libavcodec_plugin.so' >/dev/null; then
    apt_install vlc-plugin-base || skip "vlc-plugin-base: could not be installed"
  fi
  need psql postgresql-client || skip "psql: could not be installed"
  python=''
  if env=$(python_env); then python=$env/bin/python; else skip "tuspy: no Python environment"; fi
  suite e2e e2e_suite
fi

printf '\n%s\n' "${results[@]}"
if [ "$skipped" -gt 0 ] && [ -n "${MATINEE_REQUIRE_ENGINES:-}" ]; then
  warn "$skipped skipped, and MATINEE_REQUIRE_ENGINES is set: that is a failure"
  failed=$((failed + skipped))
  skipped=0
fi
printf 'suites: %d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" = 0 ]
