"""Broadcasts passed on without encoding, and viewers of one. Fifty encoders (bench/tools, one thread for all) send the same
film by RTMP at the speed at which it plays, and nobody watches. Matinee cuts it into parts and segments of Low-Latency HLS
in memory; the peers are nginx with its RTMP module, one worker, and xiu, which both write HLS segments into a folder. The
servers run one after the other on one core, the encoders on the other. CPU is the server's own user and system time, memory
what is resident at the end more than before the first encoder came. Then as many encoders send at the same time as that
CPU would allow, less a tenth, and it is looked whether all are taken in, as they come, for twenty seconds.

Viewers watch one broadcast. Those of Matinee play Low-Latency HLS as it is meant: each has a connection for pictures and
one for sound, waits on each for the part that comes next (blocking playlist reload), takes delta updates and fetches every
part. How old a part is once it is there counts from its last frame's instant as the playlist dates it. Those of the peers
play ordinary HLS: they look once a second, and fetch every segment.
"""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import media
from .clients import client
from .report import Table, version
from .server import Matinee, cpu_seconds, free_port, memory_kib

TITLE = "Broadcasts passed on, and viewers"
BROADCASTS, SECONDS, MOST, VIEWERS = 50, 30, 400, [100, 400]
MODULE = Path("/usr/lib/nginx/modules/ngx_rtmp_module.so")

NGINX = """
load_module {module};
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 8192; }}
rtmp {{
  server {{
    listen 127.0.0.1:{rtmp}; chunk_size 4096;
    application live {{ live on; hls on; hls_path {folder}/hls; hls_fragment 2s; hls_playlist_length 5m; }}
  }}
}}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000;
  client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp; fastcgi_temp_path {folder}/tmp;
  uwsgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp;
  server {{ listen 127.0.0.1:{http}; location / {{ root {folder}; }} }}
}}
"""

@dataclass
class Server:
    """One that runs: where the broadcast of a number goes, whether so many are on the air, and where one is watched."""

    pid: int
    http: int
    addresses: list[str]
    on_air: Callable[[], int]
    playlists: Callable[[int], list[str]]


@dataclass
class Cost:
    cpu: float
    memory: float
    most: str = ""


@contextmanager
def ours(folder: Path, count: int) -> Iterator[Server]:
    # What viewers may go back does not count here: memory is looked at long before it is full.
    env = {
        "TOKIO_WORKER_THREADS": "1", "RTMP_SERVER_PORT": str(free_port()), "SRT_SERVER_PORT": "0", "WEBRTC_UDP_PORT": "0",
        "ENABLE_STREAM_RECORDING": "false", "ENABLE_TRANSCODING": "false",
    }
    with Matinee(folder, before=["taskset", "-c", "0"], **env) as server:
        streams = [server.ask("POST", "/api/streams", {"title": f"Broadcast {n}", "record": False}) for n in range(count)]

        waiting = {one["id"] for one in streams}

        def on_air() -> int:
            waiting.difference_update([key for key in waiting if server.json(f"/api/streams/{key}")["on_air"]])
            return count - len(waiting)

        def playlists(number: int) -> list[str]:
            root = f"/media/live/{streams[number]['id']}"
            master = server.get(f"{root}/master.m3u8").decode()
            found = re.findall(r'^(?!#)(\S+\.m3u8)|URI="([^"]+\.m3u8)"', master, re.MULTILINE)
            return [f"{root}/{one or other}" for one, other in found]

        yield Server(server.pid, server.port, [one["rtmp_url"] for one in streams], on_air, playlists)


@contextmanager
def running(command: list[str], folder: Path) -> Iterator[int]:
    with (folder / "peer.log").open("wb") as log:
        process = subprocess.Popen(["taskset", "-c", "0", *command], cwd=folder, stdout=log, stderr=log)
    try:
        time.sleep(1)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


@contextmanager
def nginx(folder: Path, count: int) -> Iterator[Server]:
    rtmp, port = free_port(), free_port()
    folder = folder / f"nginx-{rtmp}"
    (folder / "tmp").mkdir(parents=True)
    (folder / "nginx.conf").write_text(NGINX.format(module=MODULE, folder=folder, rtmp=rtmp, http=port))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    with running([program, "-c", str(folder / "nginx.conf"), "-p", str(folder)], folder) as pid:
        addresses = [f"rtmp://127.0.0.1:{rtmp}/live/{n}" for n in range(count)]
        on_air = lambda: len(list((folder / "hls").glob("*.m3u8")))
        yield Server(pid, port, addresses, on_air, lambda n: [f"/hls/{n}.m3u8"])


@contextmanager
def xiu(folder: Path, count: int) -> Iterator[Server]:
    rtmp, port = free_port(), free_port()
    folder = folder / f"xiu-{rtmp}"
    folder.mkdir()
    command = [os.environ["MATINEE_BENCH_XIU"], "--rtmp", str(rtmp), "--hls", str(port), "--log", "error"]
    with running(command, folder) as pid:
        addresses = [f"rtmp://127.0.0.1:{rtmp}/live/{n}" for n in range(count)]
        on_air = lambda: len(list((folder / "live").rglob("*.m3u8")))
        yield Server(pid, port, addresses, on_air, lambda n: [f"/live/{n}/{n}.m3u8"])


@contextmanager
def encoders(server: Server, folder: Path, film: Path, count: int, seconds: float) -> Iterator[object]:
    """So many send; they are on the air."""
    lines = folder / "addresses"
    lines.write_text("\n".join(server.addresses[:count]))
    with client("publish", film, seconds, lines) as sending:
        sending.hears()
        deadline = time.monotonic() + 60
        while server.on_air() < count:
            if time.monotonic() > deadline:
                raise RuntimeError(f"only {server.on_air()} of {count} broadcasts are on the air")
            time.sleep(0.5)
        yield sending


def measure(way: Callable, folder: Path, film: Path) -> Cost:
    with way(folder, BROADCASTS) as server:
        before = memory_kib(server.pid, "VmRSS")
        with encoders(server, folder, film, BROADCASTS, 90):
            begun, used = time.monotonic(), cpu_seconds(server.pid)
            time.sleep(SECONDS)
            share = (cpu_seconds(server.pid) - used) / (time.monotonic() - begun)
            cost = Cost(share / BROADCASTS, (memory_kib(server.pid, "VmRSS") - before) / BROADCASTS / 1024)
    count = min(MOST, int(0.9 / cost.cpu))
    with way(folder, count) as server:
        try:
            with encoders(server, folder, film, count, 40) as sending:
                used, begun = cpu_seconds(server.pid), time.monotonic()
                time.sleep(20)
                share = (cpu_seconds(server.pid) - used) / (time.monotonic() - begun)
                told = sending.hears()
            cost.most = f"{count} at {share:.0%} CPU, frames taken within {told['p99']:.0f} ms (p99)"
        except RuntimeError as error:
            cost.most = f"not {count}: {error}"
    return cost


def watch(way: Callable, how: str, folder: Path, film: Path, name: str, table: Table) -> None:
    with way(folder, 1) as server, encoders(server, folder, film, 1, 120 * len(VIEWERS)):
        time.sleep(6)
        for count in VIEWERS:
            watching = [f"127.0.0.1:{server.http}", how, count, 20, *server.playlists(0)]
            with client("viewers", *watching) as crowd:
                crowd.hears()
                begun, used = time.monotonic(), cpu_seconds(server.pid)
                seen = crowd.hears()
                share = (cpu_seconds(server.pid) - used) / (time.monotonic() - begun)
            rate, bits = seen["requests"] / seen["seconds"], seen["bytes"] * 8 / seen["seconds"] / 1e6
            age = f"{seen['p50']:,.0f} and {seen['p99']:,.0f} ms" if how == "low" else "-"
            behind = f"{seen['behind']:,}" if how == "low" else "-"
            cpu, traffic = f"{share:.0%} of a core", f"{rate:,.0f} requests/s, {bits:,.0f} Mbit/s"
            table.row(name, f"{count} viewers", cpu, f"{share / bits * 1000:.0%} a Gbit/s", traffic, age, behind)


def run(folder: Path) -> Table:
    if not MODULE.exists():
        raise RuntimeError("nginx's RTMP module is not here: it is in Debian's package libnginx-mod-rtmp")
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    encode = lambda bits: (
        *("-c:v", "libx264", "-preset", "veryfast", "-b:v", bits, "-maxrate", bits, "-bufsize", bits, "-g", 50, "-r", 25),
        *("-c:a", "aac", "-b:a", "128k", "-ar", 48000),
    )
    film = media.film(folder / "film.flv", 60, *encode("4M"))
    small = media.film(folder / "small.flv", 60, *encode("1M"))
    ways = [("nginx with its RTMP module", nginx)]
    if os.environ.get("MATINEE_BENCH_XIU"):
        ways.append(("xiu", xiu))
    ways.append(("Matinee", ours))
    table = Table(["server", "what", "CPU", "ratio", "memory, or traffic", "part's age, p50 and p99", "reloads with several parts"])
    costs = {name: measure(way, folder, film) for name, way in ways}
    first = costs["nginx with its RTMP module"]
    for name, cost in costs.items():
        table.row(name, "a broadcast", f"{cost.cpu:.2%} of a core", f"{cost.cpu / first.cpu:.2f}", f"{cost.memory:.1f} MiB", "", "")
        table.row(name, "broadcasts on one core", cost.most, "", "", "", "")
    for name, way in ways:
        watch(way, "low" if way is ours else "plain", folder, small, name, table)
    bits = film.stat().st_size * 8 / 60 / 1e6
    peers = version(program, "-v") + (f"; {Path(os.environ['MATINEE_BENCH_XIU']).parents[1].name}" if len(ways) > 2 else "")
    table.notes.append(
        f"{peers}; {BROADCASTS} broadcasts of {bits:.1f} Mbit/s, {SECONDS} s; viewers of 1.1 Mbit/s. Matinee keeps the last five "
        "minutes in memory, the others on disk."
    )
    return table
