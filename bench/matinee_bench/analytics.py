"""Two clients send batches of 500 events (heartbeats of a thousand plays) as fast as they are answered, on all cores, the
clients among them: an answer means that the events are synced to the disk. How long it takes until all of them are
applied is measured from the last answer. Then a hundred million views are stored as counts: of 10,000 titles by the day
for a year, of the 2,000 most viewed by the hour for a month, of 200 by the minute for a day. Leaderboards and the numbers
of single titles are asked for at a steady rate; times count from the instant at which each request was due.
"""

import http.client
import json
import sqlite3
import threading
import time
from pathlib import Path

from .rate import ask, cells
from .report import Table
from .server import Matinee, memory_kib
from .titles import Library, settled, size

TITLE = "Events, leaderboards and views"
SECONDS, BATCH, CLIENTS = 15, 500, 2
TITLES, RATE = size(10_000), 300
VIEWS = 100_000_000


def body(video: str, client: int) -> bytes:
    """A batch with gaps of fixed width for the number that makes its ids its own."""
    events = [
        {
            "id": f"########-{client}-{n}",
            "type": "heartbeat",
            "play_id": f"play-{client}-{n}",
            "video_id": video,
            "position": n % 600 + 10,
            "watched": [[n % 600, n % 600 + 10]],
            "height": 720,
            "bitrate_bps": 2_400_000,
        }
        for n in range(BATCH)
    ]
    return json.dumps({"events": events}, separators=(",", ":")).encode()


def send(server: Matinee, video: str, client: int, until: float, sent: list[int], times: list[float]) -> None:
    template = body(video, client)
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    headers = {"Content-Type": "application/json", "Cookie": f"matinee_viewer={client:032x}"}
    number = 0
    while time.monotonic() < until:
        number += 1
        batch = template.replace(b"########", b"%08d" % number)
        begun = time.perf_counter()
        link.request("POST", "/api/events", batch, headers)
        answer = link.getresponse()
        said = answer.read()
        if answer.status != 202:
            raise RuntimeError(f"{answer.status} {said.decode()}")
        times.append((time.perf_counter() - begun) * 1000)
        sent[client] += BATCH
    link.close()


def counted(server: Matinee) -> int:
    for line in server.get("/metrics").decode().splitlines():
        if line.startswith("matinee_events_applied_total"):
            return int(float(line.split()[1]))
    return 0


def stored(data: Path, ids: list[str]) -> None:
    """A hundred million views, by Zipf's law."""
    db = sqlite3.connect(data / "matinee.db", timeout=60)
    weights = [1 / (rank + 1) for rank in range(len(ids))]
    unit = VIEWS / sum(weights)
    minute = int(time.time() // 60)
    day, hour = minute // 1440, minute // 60

    def rows():
        for rank, (key, weight) in enumerate(zip(ids, weights)):
            total = int(weight * unit)
            for n in range(365):
                yield key, 2, day - n, total // 365
            if rank < 2_000:
                for n in range(720):
                    yield key, 1, hour - n, total // 365 // 24
            if rank < 200:
                for n in range(1440):
                    yield key, 0, minute - n, total // 365 // 1440

    with db:
        statement = "INSERT INTO view_counts (subject, span, bucket, views) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING"
        db.executemany(statement, rows())
        totals = [(int(weight * unit), key) for key, weight in zip(ids, weights)]
        db.executemany("UPDATE videos SET view_count = ? WHERE id = ?", totals)
    db.close()


def run(folder: Path) -> Table:
    table = Table(["what", "result", "p50 ms", "p90 ms", "p99 ms", "max ms", "target"])
    server = Matinee(folder, ENABLE_TRANSCODING="false", MATINEE_AUTH="operator")
    library = Library(server.data, TITLES, parts=False)
    with server:
        video = library.ids[0]
        sent, times = [0] * CLIENTS, []
        begun = time.monotonic()
        until = begun + SECONDS
        threads = [
            threading.Thread(target=send, args=(server, video, client, until, sent, times)) for client in range(CLIENTS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        ended = time.monotonic()
        rate = sum(sent) / (ended - begun)
        times.sort()
        at = [f"{times[int(len(times) * share) - 1]:.2f}" for share in (0.5, 0.9, 0.99, 1)]
        table.row("events taken in durably", f"{rate:,.0f}/s", *at, "50,000/s")
        while counted(server) < sum(sent):
            time.sleep(0.2)
        behind = time.monotonic() - ended
        table.row("all of them applied", f"{behind:.1f} s later", "", "", "", "", "")
        table.row("peak memory", f"{memory_kib(server.pid, 'VmHWM') // 1024} MiB", "", "", "", "", "")
        stored(server.data, library.ids)
        settled(server.data)
        time.sleep(95)  # Until the leaderboards of before have gone.
        tops = [f"{server.base}/api/analytics/top?k=10&timeframe={frame}" for frame in ("hour", "day", "week", "month")]
        ask(folder, tops, rate=5, seconds=3)
        found = ask(folder, tops, rate=RATE, seconds=SECONDS)
        table.row("top 10", f"{RATE} requests/s", *cells(found), "2")
        paths = [f"{server.base}/api/analytics/videos/{key}/stats" for key in library.ids]
        found = ask(folder, paths, rate=RATE, seconds=SECONDS)
        table.row("views of a title", f"{RATE} requests/s", *cells(found), "5")
    table.notes.append(f"{sum(sent):,} events were sent in {SECONDS} s by {CLIENTS} clients; {VIEWS:,} views are stored.")
    return table
