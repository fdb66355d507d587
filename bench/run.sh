#!/usr/bin/env bash
# make bench: measures the release binary against its peers, on this machine, in one run.
#   run.sh [NAME…]    segments ladder playable upload home search recommend live chat latency channels analytics idle (all of them when none is named)
# MATINEE_BENCH_TITLES=2000 tries the ones of libraries out on a small one.
# MATINEE_BENCH_BIN measures a binary that is there already, with the clients and the examples beside it.
. "$(dirname "$0")/../scripts/lib.sh"

need_toolchains
need ffmpeg ffmpeg nginx nginx-light wrk wrk python3 python3 taskset util-linux ||
  die "the benchmarks need ffmpeg, nginx, wrk and python3"
# What broadcasts are measured against; only that benchmark needs it.
[ -e /usr/lib/nginx/modules/ngx_rtmp_module.so ] || apt_install libnginx-mod-rtmp || warn "nginx has no RTMP module here"

# wanted NAME: whether that benchmark is to run.
wanted() {
  [ ${#benches[@]} = 0 ] && return 0
  printf '%s\n' "${benches[@]}" | grep -qx "$1"
}
benches=("$@")

# The peers that no package has. Each is kept with the tools, and made once. xiu 0.14.0 drops every
# broadcast that it should write as HLS, unless it writes to S3.
xiu=$TOOLS/xiu-0.13.0 engine=$TOOLS/channel-engine-3.0.5
if wanted live; then
  [ -x "$xiu/bin/xiu" ] || {
    say "installing xiu (a peer of broadcasts)"
    need pkg-config pkg-config
    cargo install xiu --version 0.13.0 --locked --root "$xiu" || warn "xiu cannot be built here: it is left out"
  }
  [ -x "$xiu/bin/xiu" ] && export MATINEE_BENCH_XIU=$xiu/bin/xiu
fi
if wanted channels; then
  [ -d "$engine/node_modules/eyevinn-channel-engine" ] || {
    say "installing Eyevinn's channel engine (a peer of channels)"
    mkdir -p "$engine"
    (cd "$engine" && printf '{"private":true}' >package.json &&
      npm install --no-audit --no-fund --loglevel=error eyevinn-channel-engine@3.0.5) ||
      warn "the channel engine cannot be had here: it is left out"
  }
  [ -d "$engine/node_modules/eyevinn-channel-engine" ] && export MATINEE_BENCH_ENGINE=$engine
fi

if [ -z "${MATINEE_BENCH_BIN:-}" ]; then
  "$ROOT/scripts/web.sh"
  say "building the release binary"
  (cd "$ROOT" && cargo build --release --locked --package matinee --bin matinee &&
    cargo build --release --locked --package matinee-catalog --example recommend &&
    cargo build --release --locked --package matinee-channels --example channels &&
    cargo build --release --locked --package matinee-bench-tools)
  MATINEE_BENCH_BIN=$(target_dir)/release/matinee
fi
export MATINEE_BENCH_BIN PYTHONDONTWRITEBYTECODE=1
cd "$ROOT/bench"
exec python3 -m matinee_bench "$@"
