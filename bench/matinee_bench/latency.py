"""Glass to glass: a clock of milliseconds painted into the picture, and read back from every frame that the player of the
live page shows in Chromium, for sixty seconds. By RTMP, frames are painted here as their time comes and encoded by ffmpeg
(x264 without look-ahead, a keyframe every two seconds); the page plays Low-Latency HLS. By WHIP, Chromium paints a canvas
and encodes it itself; the page plays by WHEP. Nothing is encoded by the server. Painter, encoder, server and player share
this machine, and so its clock and its cores.
"""

import json
import shutil
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .report import Table
from .server import Matinee, free_port

TITLE = "Latency of a broadcast"
E2E = Path(__file__).resolve().parents[2] / "e2e"
READER = E2E / "clients/latency.mjs"
SECONDS, RATE, WIDTH, HEIGHT, BLOCK, TARGETS = 60, 25, 640, 360, 45, {"hls": 3000, "webrtc": 500}


def clock(ms: int) -> bytes:
    """The upper part of a grey picture: see clients/latency.mjs."""
    ms %= 1 << 24
    check = 0
    for group in range(6):
        check ^= ms >> group * 4 & 15
    bits = f"{ms << 4 | check:028b}"
    rows = []
    for row in (bits[:14], bits[14:]):
        line = b"".join((b"\xeb" if bit == "1" else b"\x10") * BLOCK for bit in row)
        rows.append((line + b"\x10" * (WIDTH - len(line))) * BLOCK)
    return b"".join(rows)


def scenery() -> list[bytes]:
    """What is below the clock: something that moves, so that the encoder has work."""
    height = HEIGHT - 2 * BLOCK
    line = bytes(60 + (x * 7 + x * x // 50) % 140 for x in range(WIDTH * 2))
    return [b"".join(line[(y * 3 + turn * 8) % WIDTH :][:WIDTH] for y in range(height)) for turn in range(RATE)]


@contextmanager
def encoder(address: str) -> Iterator[None]:
    """ffmpeg, fed with pictures as their time comes."""
    command = [
        *("ffmpeg", "-v", "error", "-fflags", "nobuffer"),
        *("-f", "rawvideo", "-pix_fmt", "gray", "-s", f"{WIDTH}x{HEIGHT}", "-r", str(RATE), "-i", "pipe:0"),
        *("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"),
        *("-c:v", "libx264", "-preset", "veryfast", "-tune", "zerolatency", "-pix_fmt", "yuv420p"),
        *("-b:v", "2M", "-g", str(2 * RATE), "-c:a", "aac", "-b:a", "96k", "-flush_packets", "1", "-f", "flv", address),
    ]
    process = subprocess.Popen(command, stdin=subprocess.PIPE)
    below, over = scenery(), threading.Event()

    def paint() -> None:
        begun, number = time.monotonic(), 0
        while not over.is_set():
            time.sleep(max(0.0, begun + number / RATE - time.monotonic()))
            try:
                process.stdin.write(clock(time.time_ns() // 1_000_000) + below[number % RATE])
                process.stdin.flush()
            except (BrokenPipeError, ValueError):
                return
            number += 1

    painter = threading.Thread(target=paint, daemon=True)
    painter.start()
    try:
        yield
        if process.poll() is not None:
            raise RuntimeError("the encoder was let go")
    finally:
        over.set()
        painter.join(5)
        # Its sound has no end: without pictures to wait for it would go on.
        process.kill()
        process.wait()


def read(base: str, stream: dict, way: str) -> dict:
    command = ["node", str(READER), base, stream["id"], way, str(SECONDS), stream["stream_key"]]
    done = subprocess.run(command, cwd=E2E, check=False, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"the player of {way}: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def broadcast(server: Matinee, title: str) -> dict:
    body = json.dumps({"title": title, "record": False}).encode()
    request = urllib.request.Request(f"{server.base}/api/streams", body, {"content-type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def run(folder: Path) -> Table:
    if not shutil.which("node"):
        raise RuntimeError("the players need Node.js")
    if not (E2E / "node_modules/playwright").exists():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=E2E, check=True)
    table = Table(["in → out", "p50, ms", "p95, ms", "most, ms", "target p95", "pictures read"])
    ports = {"RTMP_SERVER_PORT": str(free_port()), "WEBRTC_UDP_PORT": str(free_port())}
    with Matinee(folder, **ports, ENABLE_TRANSCODING="false") as server:
        rtmp = broadcast(server, "A clock by RTMP")
        with encoder(rtmp["rtmp_url"]):
            times = {"hls": read(server.base, rtmp, "hls")}
        times["webrtc"] = read(server.base, broadcast(server, "A clock by WHIP"), "webrtc")
    for way, name in (("hls", "RTMP → LL-HLS"), ("webrtc", "WHIP → WHEP")):
        one = times[way]
        met = "met" if one["p95"] <= TARGETS[way] else "missed"
        table.row(
            name, f"{one['p50']:,}", f"{one['p95']:,}", f"{one['max']:,}", f"{TARGETS[way]:,} ({met})",
            f"{one['pictures']:,} of {one['pictures'] + one['unread']:,}",
        )
    return table
