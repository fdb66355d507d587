"""A library of 100,000 titles (three renditions and five pictures each), 500 requests a second on all cores, the client
among them. Requests are due at fixed instants and their times count from these. The home page is asked for by people of
whom nothing is known, and by a thousand whose history fills their rows; lists are asked for in their first pages by
genre, kind and order; items are drawn at random from all.
"""

import time
from pathlib import Path

from .titles import GENRES, Library, settled, size
from .rate import ask, cells
from .report import Table
from .server import Matinee

TITLE = "Home, lists and items over 100,000 titles"
TITLES, VIEWERS, RATE, SECONDS = size(100_000), 1_000, 500, 20
FIRST_RATE = 50


def run(folder: Path) -> Table:
    table = Table(["what", "p50 ms", "p90 ms", "p99 ms", "max ms", "target"])
    server = Matinee(folder, ENABLE_TRANSCODING="false", MATINEE_AUTH="operator")
    library = Library(server.data, TITLES, viewers=VIEWERS)
    rng = library.rng
    with server:
        deadline = time.monotonic() + 600
        while server.json("/api/search?limit=1")["total"] < TITLES and time.monotonic() < deadline:
            time.sleep(0.5)
        settled(server.data)
        time.sleep(2)
        lists = [
            f"/api/videos?{query}"
            for genre in GENRES
            for query in (f"genre={genre.replace(' ', '%20')}", f"genre={genre.replace(' ', '%20')}&sort=-view_count")
        ] + ["/api/videos", "/api/videos?sort=title", "/api/videos?sort=-view_count", "/api/videos?content_type=movie"]
        for what, paths in [
            ("home, unknown people", ["/api/home"]),
            ("lists, 50 rows", lists),
            ("lists, 20 rows", [path + ("&" if "?" in path else "?") + "limit=20" for path in lists]),
            ("items", [f"/api/videos/{key}" for key in rng.sample(library.ids, min(20_000, TITLES))]),
            ("browse", [f"/api/browse/genre?value={genre.replace(' ', '%20')}" for genre in GENRES]),
        ]:
            times = ask(folder, [server.base + path for path in paths], rate=RATE, seconds=SECONDS)
            table.row(what, *cells(times), "10")
        people = [f"{server.base}/api/home viewer={viewer:032x}" for viewer in range(VIEWERS)]
        times = ask(folder, people, rate=FIRST_RATE, seconds=VIEWERS // FIRST_RATE)
        table.row(f"home, known people who come, {FIRST_RATE}/s", *cells(times), "")
        times = ask(folder, people, rate=RATE, seconds=SECONDS)
        table.row("home, known people who are there", *cells(times), "10")
    table.notes.append(f"The library was written in {library.seconds:.0f} s; {RATE} requests/s for {SECONDS} s each.")
    return table
