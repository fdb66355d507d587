"""A library of 1,000,000 titles; the index is made anew with `matinee reindex` while nothing else runs. Each query is a
title of two to four words with one slip in it (a letter lost, doubled, swapped, or another), asked through
`/api/videos/search` and through `/api/search` with all facets, and prefixes through `/api/search/suggest`.
"""

import re
import subprocess
import time
import urllib.parse
from pathlib import Path

from .library import Library
from .rate import ask, cells
from .report import Table
from .server import BINARY, Matinee, memory_kib

TITLE = "Search over 1,000,000 titles"
TITLES, RATE, SECONDS, QUERIES = 1_000_000, 50, 20, 1_000


def run(folder: Path) -> Table:
    table = Table(["what", "p50 ms", "p90 ms", "p99 ms", "max ms", "target"])
    server = Matinee(folder, ENABLE_TRANSCODING="false", MATINEE_AUTH="operator")
    library = Library(server.data, TITLES, parts=False)
    begun = time.monotonic()
    done = subprocess.run(
        [BINARY, "--data-dir", str(server.data), "reindex"], check=True, capture_output=True, text=True
    )
    taken = time.monotonic() - begun
    count = int(re.search(r"(\d+) titles", done.stdout)[1])
    size = sum(file.stat().st_size for file in (server.data / "search").rglob("*") if file.is_file())
    quoted = [urllib.parse.quote(text) for text in library.misspelt(QUERIES)]
    right = [urllib.parse.quote(title.lower()) for title in library.rng.sample(library.titles, QUERIES)]
    starts = [text[: library.rng.randrange(2, max(3, len(text)))] for text in library.rng.sample(library.titles, QUERIES)]
    starts = [urllib.parse.quote(text.lower()) for text in starts]
    with server:
        assert server.json("/api/search?limit=1")["total"] == count
        found = sum(bool(server.json(f"/api/videos/search?query={text}&limit=5")) for text in quoted[:200])
        for what, paths in [
            ("one slip", [f"/api/videos/search?query={text}&limit=20" for text in quoted]),
            ("as written", [f"/api/videos/search?query={text}&limit=20" for text in right]),
            ("one slip, with facets and excerpts", [f"/api/search?q={text}" for text in quoted]),
            ("suggestions", [f"/api/search/suggest?q={text}" for text in starts]),
        ]:
            times = ask(folder, [server.base + path for path in paths], rate=RATE, seconds=SECONDS)
            table.row(what, *cells(times), "10" if what == "one slip" else "")
        memory = memory_kib(server.pid, "VmRSS") / 1024
    table.notes.append(
        f"{count:,} titles indexed in {taken:.0f} s: {count / taken:,.0f} a second, {size / 2**20:,.0f} MiB. "
        f"{found / 2:.0f} % of the misspelt queries find something. {RATE} queries/s; resident {memory:,.0f} MiB."
    )
    return table
