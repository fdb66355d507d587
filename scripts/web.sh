#!/usr/bin/env bash
# Builds the site into web/build, from where it is embedded into the binary. Does nothing when nothing changed.
#   web.sh        packages and site
#   web.sh deps   only the npm packages
. "$(dirname "$0")/lib.sh"

need_toolchains
[ -f "$ROOT/web/package.json" ] || {
  warn "no site yet (web/package.json is missing): building without it"
  exit 0
}

if ! [ -d "$ROOT/web/node_modules" ] || ! stamp web-deps web/package.json web/package-lock.json; then
  say "installing the site's packages (npm ci)"
  (cd "$ROOT/web" && npm ci --no-audit --no-fund --loglevel=error)
  stamp_done web-deps web/package.json web/package-lock.json
fi
[ "${1:-}" = deps ] && exit 0

if ! [ -f "$ROOT/web/build/index.html" ] || ! stamp web-build web; then
  say "building the site"
  (cd "$ROOT/web" && npm run --silent build)
  [ -f "$ROOT/web/build/index.html" ] || die "the site's build left no web/build/index.html"
  stamp_done web-build web
fi
