#!/usr/bin/env bash
# What takes too long for every run of the tests: an hour of a channel, on a clock that goes eight times as fast, in the
# players of the tests, and a walk over every page of the site.
#   journey.sh [MINUTES]
. "$(dirname "$0")/lib.sh"
minutes=${1:-60}
"$ROOT/scripts/web.sh"
(cd "$ROOT" && cargo build --workspace --locked --bin matinee) || exit 1
[ -d "$ROOT/e2e/node_modules" ] || (cd "$ROOT/e2e" && PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error) || exit 1
cd "$ROOT/e2e" && MATINEE_TEST_LONG=1 MATINEE_TEST_JOURNEY_MINUTES=$minutes npx playwright test channels-journey pages
