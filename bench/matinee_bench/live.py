"""Broadcasts passed on without encoding: twenty encoders send the same film by RTMP at real time, and nobody watches.
Matinee cuts it into parts and segments of Low-Latency HLS in memory; the peer is nginx with its RTMP module, one worker,
which writes HLS segments of two seconds into a folder. The servers run one after the other on one core, the encoders on
the others. CPU is the server's own user and system time of thirty seconds, memory what is resident at their end more than
before the first encoder came.
"""

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import media
from .report import Table, version
from .server import Matinee, cpu_seconds, free_port, memory_kib

TITLE = "Broadcasts passed on"
BROADCASTS, SECONDS = 20, 30
MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")

NGINX = """
load_module {module};
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
rtmp {{
  server {{
    listen 127.0.0.1:{port}; chunk_size 4096;
    application live {{ live on; hls on; hls_path {folder}/hls; hls_fragment 2s; hls_playlist_length 5m; }}
  }}
}}
"""


@dataclass
class Cost:
    cpu: float
    memory: float


@contextmanager
def encoders(film: Path, addresses: list[str]) -> Iterator[None]:
    send = ["ffmpeg", "-nostdin", "-v", "error", "-re", "-stream_loop", "-1", "-i", str(film), "-c", "copy", "-f", "flv"]
    running = [subprocess.Popen(["taskset", "-c", "1", *send, address]) for address in addresses]
    try:
        yield
        ended = [one.returncode for one in running if one.poll() is not None]
        if ended:
            raise RuntimeError(f"{len(ended)} encoders were let go")
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


def measure(pid: int, film: Path, addresses: list[str], on_air: Callable[[], int]) -> Cost:
    before = memory_kib(pid, "VmRSS")
    with encoders(film, addresses):
        deadline = time.monotonic() + 60
        while on_air() < len(addresses):
            if time.monotonic() > deadline:
                raise RuntimeError(f"only {on_air()} of {len(addresses)} broadcasts are on the air")
            time.sleep(0.5)
        begun, used = time.monotonic(), cpu_seconds(pid)
        time.sleep(SECONDS)
        share = (cpu_seconds(pid) - used) / (time.monotonic() - begun)
        return Cost(share / len(addresses), (memory_kib(pid, "VmRSS") - before) / len(addresses) / 1024)


def ours(folder: Path, film: Path) -> Cost:
    env = {"TOKIO_WORKER_THREADS": "1", "RTMP_SERVER_PORT": str(free_port()), "ENABLE_STREAM_RECORDING": "false", "ENABLE_TRANSCODING": "false"}
    with Matinee(folder, before=["taskset", "-c", "0"], **env) as server:
        addresses = []
        for number in range(BROADCASTS):
            body = json.dumps({"title": f"Broadcast {number}", "record": False}).encode()
            request = urllib.request.Request(
                f"{server.base}/api/streams", body, {"content-type": "application/json"}
            )
            with urllib.request.urlopen(request, timeout=60) as answer:
                addresses.append(json.load(answer)["rtmp_url"])
        on_air = lambda: sum(one["on_air"] for one in server.json("/api/streams?status=live&limit=100"))
        return measure(server.pid, film, addresses, on_air)


def theirs(folder: Path, film: Path, program: str) -> Cost:
    port, hls = free_port(), folder / "hls"
    (folder / "nginx.conf").write_text(NGINX.format(module=MODULE, folder=folder, port=port))
    nginx = subprocess.Popen(
        ["taskset", "-c", "0", program, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
    )
    try:
        time.sleep(1)
        addresses = [f"rtmp://127.0.0.1:{port}/live/{number}" for number in range(BROADCASTS)]
        return measure(nginx.pid, film, addresses, lambda: len(list(hls.glob("*.m3u8"))))
    finally:
        nginx.terminate()
        nginx.wait()


def run(folder: Path) -> Table:
    if not MODULE.exists():
        raise RuntimeError("nginx's RTMP module is not here: it is in Debian's package libnginx-mod-rtmp")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    film = media.film(
        folder / "film.flv", 60,
        *("-c:v", "libx264", "-preset", "veryfast", "-b:v", "4M", "-maxrate", "4M", "-bufsize", "4M", "-g", 50, "-r", 25),
        *("-c:a", "aac", "-b:a", "128k", "-ar", 48000),
    )
    peer, own = theirs(folder, film, program), ours(folder, film)
    table = Table(["server", "CPU of a core a broadcast", "ratio", "memory a broadcast", "broadcasts a core"])
    for name, cost in [("nginx with its RTMP module", peer), ("Matinee", own)]:
        table.row(name, f"{cost.cpu:.2%}", f"{cost.cpu / peer.cpu:.2f}", f"{cost.memory:.1f} MiB", f"{1 / cost.cpu:,.0f}")
    bits = film.stat().st_size * 8 / 60 / 1e6
    table.notes.append(
        f"{version(program, '-v')}; {BROADCASTS} broadcasts of {bits:.1f} Mbit/s, {SECONDS} s. Matinee keeps the last five "
        "minutes in memory, nginx on disk; the number a core can take is what the CPU of one comes to."
    )
    return table
