#!/usr/bin/env bash
# make bench: measures the release binary against its peers, on this machine, in one run.
#   run.sh [NAME…]    segments ladder playable upload home search recommend live latency channels analytics idle (all of them when none is named)
# MATINEE_BENCH_TITLES=2000 tries the ones of libraries out on a small one.
# MATINEE_BENCH_BIN measures a binary that is there already, with the examples beside it.
. "$(dirname "$0")/../scripts/lib.sh"

need_toolchains
need ffmpeg ffmpeg nginx nginx-light wrk wrk python3 python3 taskset util-linux ||
  die "the benchmarks need ffmpeg, nginx, wrk and python3"
# What broadcasts are measured against; only that benchmark needs it.
[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || apt_install libnginx-mod-rtmp || warn "nginx has no RTMP module here"

if [ -z "${MATINEE_BENCH_BIN:-}" ]; then
  "$ROOT/scripts/web.sh"
  say "building the release binary"
  (cd "$ROOT" && cargo build --release --locked --package matinee --bin matinee --example rate &&
    cargo build --release --locked --package matinee-catalog --example recommend &&
    cargo build --release --locked --package matinee-channels --example channels)
  MATINEE_BENCH_BIN=$(target_dir)/release/matinee
fi
export MATINEE_BENCH_BIN PYTHONDONTWRITEBYTECODE=1
cd "$ROOT/bench"
exec python3 -m matinee_bench "$@"
