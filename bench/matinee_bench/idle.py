"""A fresh start on an empty folder: how soon the first request is answered (from exec, migrations included), how soon
when the folder is there already, and the resident memory ten seconds later, having done nothing, and after the site,
the API and a playlist were asked for. The peers' figures are the least memory that their own documentation asks for.
"""

import statistics
import time
from pathlib import Path

from .report import Table
from .server import Matinee, memory_kib

TITLE = "Idle memory and start"
ROUNDS = 5


def run(folder: Path) -> Table:
    table = Table(["what", "Matinee", "target", "ratio"])
    first, again = [], []
    for _ in range(ROUNDS):
        server = Matinee(folder)
        with server:
            first.append(server.first_response)
        with server:
            again.append(server.first_response)
    for what, values in [("first start, seconds", first), ("next start, seconds", again)]:
        value = statistics.median(values)
        table.row(what, f"{value:.3f}", "0.5", f"{value / 0.5:.2f}")
    with Matinee(folder) as server:
        time.sleep(10)
        idle = memory_kib(server.pid, "VmRSS") / 1024
        for path in ["/", "/api/videos", "/api/openapi.json", "/health", "/metrics"]:
            server.get(path)
        used = memory_kib(server.pid, "VmRSS") / 1024
    table.row("resident, idle, MiB", f"{idle:.1f}", "60", f"{idle / 60:.2f}")
    table.row("resident, after some requests, MiB", f"{used:.1f}", "60", f"{used / 60:.2f}")
    table.row("against PeerTube's least, MiB", f"{idle:.1f}", "1024", f"{idle / 1024:.3f}")
    table.row("against Jellyfin's least, MiB", f"{idle:.1f}", "4096", f"{idle / 4096:.3f}")
    return table
