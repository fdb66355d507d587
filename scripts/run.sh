#!/usr/bin/env bash
# make run: installs what is missing, builds the site and the binary, and serves.
. "$(dirname "$0")/lib.sh"

need_toolchains
need ffmpeg ffmpeg ffprobe ffmpeg || die "ffmpeg is needed to process videos: install it (Debian, Ubuntu: apt-get install ffmpeg), then run this again"
"$ROOT/scripts/web.sh"
say "building the binary (the first time takes some minutes)"
(cd "$ROOT" && cargo build --release --locked --package matinee)
cd "$ROOT"
exec "$(target_dir)/release/matinee" serve "$@"
