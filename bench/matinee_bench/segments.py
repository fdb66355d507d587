"""Segments of a private video, each request with a token that is checked, against nginx sending the same bytes from
files (sendfile, one worker). Each server has one core to itself, wrk the other; the rounds of both alternate, and the
figures are the medians. CPU is the server's own user and system time per gigabyte sent.
"""

import json
import shutil
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import media
from .report import Table, version
from .server import Matinee, completed, cpu_seconds, free_port

TITLE = "Serving segments"
ROUNDS = 5
SECONDS = 6
COUNT = 16

LUA = """
local paths = {%s}
local at = 0
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests": %%d, "bytes": %%.0f, "duration_us": %%d, "errors": %%d}\\n', summary.requests,
    summary.bytes, summary.duration, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""

NGINX = """
daemon off; master_process off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=1000;
  client_body_temp_path {folder}/tmp; proxy_temp_path {folder}/tmp; fastcgi_temp_path {folder}/tmp;
  uwsgi_temp_path {folder}/tmp; scgi_temp_path {folder}/tmp;
  types {{ video/iso.segment m4s; }}
  server {{ listen 127.0.0.1:{port}; root {folder}; }}
}}
"""


@dataclass
class Round:
    per_second: float
    cpu_per_gb: float


def load(base: str, paths: list[str], pid: int, folder: Path) -> Round:
    script = folder / "rotate.lua"
    script.write_text(LUA % ", ".join(json.dumps(path) for path in paths))
    before = cpu_seconds(pid)
    done = subprocess.run(
        ["taskset", "-c", "1", "wrk", "-t1", "-c16", f"-d{SECONDS}s", "-s", str(script), base],
        capture_output=True, text=True, check=True,
    )
    cpu = cpu_seconds(pid) - before
    result = json.loads(done.stdout.partition("RESULT ")[2])
    if result["errors"]:
        raise RuntimeError(f"{result['errors']} requests failed:\n{done.stdout}")
    return Round(result["requests"] / (result["duration_us"] / 1e6), cpu / (result["bytes"] / 1e9))


def run(folder: Path) -> Table:
    table = Table(["segment", "server", "requests/s", "ratio", "CPU s/GB", "ratio"])
    port = free_port()
    (folder / "tmp").mkdir()
    (folder / "nginx.conf").write_text(NGINX.format(folder=folder, port=port))
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    nginx = subprocess.Popen(["taskset", "-c", "0", program, "-c", str(folder / "nginx.conf"), "-p", str(folder)])
    try:
        env = {"ENABLE_TRANSCODING": "false", "TOKIO_WORKER_THREADS": "1"}
        with Matinee(folder, before=["taskset", "-c", "0"], **env) as server:
            for name, kilobits in [("100 KiB", 205), ("2 MiB", 4195)]:
                measure(table, name, server, f"http://127.0.0.1:{port}", nginx.pid, folder, kilobits)
    finally:
        nginx.terminate()
        nginx.wait()
    table.notes.append(f"{version(program, '-v')}; {version('wrk', '-v')}; {ROUNDS} rounds of {SECONDS} s, 16 connections, {COUNT} segments in turn.")
    return table


def measure(table: Table, name: str, server: Matinee, peer: str, peer_pid: int, folder: Path, kilobits: int) -> None:
    path = media.constant_rate(folder / f"{kilobits}.mp4", kilobits, 4 * COUNT)
    video, _ = server.upload(path, is_public="false")
    video = server.until(video["id"], completed)
    rendition = next(one["id"] for one in video["renditions"] if one["kind"] == "video")
    token = server.json(f"/stream/{video['id']}/token")["token"]
    paths, sizes = [], []
    for number in range(COUNT):
        path = f"/media/{video['id']}/{rendition}/{number}.m4s"
        body = server.get(f"{path}?token={token}")
        file = folder / path[1:]
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(body)
        paths.append(f"{path}?token={token}")
        sizes.append(len(body))
    ours, theirs = [], []
    for _ in range(ROUNDS):
        theirs.append(load(peer, [path.partition("?")[0] for path in paths], peer_pid, folder))
        ours.append(load(server.base, paths, server.pid, folder))
    median = lambda rounds, field: statistics.median(getattr(one, field) for one in rounds)
    rate, cpu = median(ours, "per_second"), median(ours, "cpu_per_gb")
    peer_rate, peer_cpu = median(theirs, "per_second"), median(theirs, "cpu_per_gb")
    size = f"{name} ({statistics.mean(sizes) / 1024:.0f} KiB)"
    table.row(size, "nginx, sendfile", f"{peer_rate:,.0f}", "1", f"{peer_cpu:.3f}", "1")
    table.row(size, "Matinee, token", f"{rate:,.0f}", f"{rate / peer_rate:.2f}", f"{cpu:.3f}", f"{cpu / peer_cpu:.2f}")
