"""A room of 5,000 people, each with a socket, in which twenty messages a second are written by 300 of them in turn: everybody
hears everything, a hundred thousand deliveries a second. Messages are kept in the database before they are told. The
client (bench/tools, one thread) checks that everybody hears every message once, all in the same order, and those of each
sender in the order in which they were sent. The time of a message counts from the instant at which it was due to be sent
until a socket's bytes have been read. Server and client have a core each. Memory is what is resident more than before the
first socket came, once everybody is there, and at the end.
"""

import time
from pathlib import Path

from .clients import client
from .report import Table
from .server import Matinee, cpu_seconds, memory_kib

TITLE = "Chat"
SOCKETS, SENDERS, RATE, SECONDS = 5_000, 300, 20, 60
PORTS = {"RTMP_SERVER_PORT": "0", "SRT_SERVER_PORT": "0", "WEBRTC_UDP_PORT": "0"}


def run(folder: Path) -> Table:
    table = Table(["what", "measured", "target"])
    env = PORTS | {"TOKIO_WORKER_THREADS": "1", "MATINEE_AUTH": "operator"}
    server = Matinee(folder, before=["taskset", "-c", "0"], **env)
    server.operate()
    with server:
        server.sign_in()
        server.ask("PUT", "/api/moderation/rules", {"comments": "anyone"})
        stream = server.ask("POST", "/api/streams", {"title": "A full house"})
        time.sleep(3)
        before = memory_kib(server.pid, "VmRSS")
        with client("chat", f"127.0.0.1:{server.port}", stream["id"], SOCKETS, SENDERS, RATE, SECONDS) as crowd:
            joined = crowd.hears()
            time.sleep(5)
            there = memory_kib(server.pid, "VmRSS")
            begun, used = time.monotonic(), cpu_seconds(server.pid)
            crowd.go()
            seen = crowd.hears()
            share = (cpu_seconds(server.pid) - used) / (time.monotonic() - begun)
            end = memory_kib(server.pid, "VmRSS")
    wrong = seen["lost"] + seen["disordered"] + seen["refused"] + seen["gone"]
    table.row("sockets opened", f"{SOCKETS / joined['seconds']:,.0f} a second", "-")
    table.row("deliveries a second", f"{seen['deliveries'] / seen['seconds']:,.0f}", f"{SOCKETS * RATE:,}")
    table.row("p50 of a delivery", f"{seen['p50']:.1f} ms", "-")
    table.row("p99 of a delivery", f"{seen['p99']:.1f} ms", "200 ms")
    table.row("longest", f"{seen['max']:.1f} ms", "-")
    table.row("lost, out of order, refused or let go", f"{wrong:,} of {seen['deliveries']:,}", "0")
    table.row("CPU of a core", f"{share:.0%}", "-")
    for what, now in [("there", there), ("at the end", end)]:
        table.row(f"memory a socket, {what}", f"{(now - before) / SOCKETS:.1f} KiB", "29.3 KiB (30 KB)")
    return table
