"""A library of 1,000,000 titles; the index is made anew with `matinee reindex` while nothing else runs. Each query is a
title of two to four words with one slip in it (a letter lost, doubled, swapped, or another), asked through
`/api/videos/search` and through `/api/search` with all facets, and prefixes through `/api/search/suggest`. The peer is
SQLite's FTS5 over the same titles and descriptions, called in the process, one query after the other: words as written by
its ordinary index, misspelt ones by its trigrams over the titles, the nearest by bm25 of the trigrams that they share.
"""

import re
import sqlite3
import subprocess
import time
import urllib.parse
from pathlib import Path

from .titles import Library, settled, size
from .rate import ask, cells
from .report import Table
from .server import BINARY, Matinee, memory_kib

TITLE = "Search over 1,000,000 titles"
TITLES, RATE, SECONDS, QUERIES = size(1_000_000), 50, 20, 1_000


def peer(folder: Path, library: Path, right: list[str], misspelt: list[str]) -> tuple[float, dict[str, list[float]]]:
    """How many titles FTS5 takes in a second, and milliseconds of queries (p50, p90, p99, max) by their kind."""
    db = sqlite3.connect(folder / "fts.db")
    db.execute("PRAGMA synchronous=OFF")
    db.execute("PRAGMA cache_size=-96000")
    db.execute("ATTACH ? AS library", (str(library / "matinee.db"),))
    begun = time.monotonic()
    db.execute("CREATE VIRTUAL TABLE words USING fts5(title, description, content='', tokenize='unicode61')")
    db.execute("INSERT INTO words (rowid, title, description) SELECT rowid, title, description FROM library.videos")
    db.execute("CREATE VIRTUAL TABLE pieces USING fts5(title, content='', tokenize='trigram')")
    db.execute("INSERT INTO pieces (rowid, title) SELECT rowid, title FROM library.videos")
    db.commit()
    rate = db.execute("SELECT count(*) FROM library.videos").fetchone()[0] / (time.monotonic() - begun)

    def timed(table: str, queries: list[str]) -> list[float]:
        find, times = f"SELECT rowid FROM {table} WHERE {table} MATCH ? ORDER BY rank LIMIT 20", []
        for query in queries:
            begun = time.monotonic()
            db.execute(find, (query,)).fetchall()
            times.append((time.monotonic() - begun) * 1000)
        times.sort()
        return [times[int((len(times) - 1) * share)] for share in (0.5, 0.9, 0.99, 1.0)]

    pieces = [
        " OR ".join(f'"{word[at:at + 3]}"' for word in text.split() for at in range(max(1, len(word) - 2)))
        for text in misspelt[:100]
    ]
    found = {"as written": timed("words", right), "one slip": timed("pieces", pieces)}
    db.close()
    return rate, found


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
    misspelt = library.misspelt(QUERIES)
    written = [title.lower() for title in library.rng.sample(library.titles, QUERIES)]
    quoted, right = ([urllib.parse.quote(text) for text in texts] for texts in (misspelt, written))
    theirs_rate, theirs = peer(folder, server.data, written, misspelt)
    (folder / "fts.db").unlink()
    starts = [text[: library.rng.randrange(2, max(3, len(text)))] for text in library.rng.sample(library.titles, QUERIES)]
    starts = [urllib.parse.quote(text.lower()) for text in starts]
    ratios = [f"index rate: {count / taken / theirs_rate:.2f}"]
    with server:
        assert server.json("/api/search?limit=1")["total"] == count
        # What goes with what is worked out at the first start, and takes a core while it is.
        worked_out = settled(server.data, patience=3_600)
        found = sum(bool(server.json(f"/api/videos/search?query={text}&limit=5")) for text in quoted[:200])
        for what, paths in [
            ("one slip", [f"/api/videos/search?query={text}&limit=20" for text in quoted]),
            ("as written", [f"/api/videos/search?query={text}&limit=20" for text in right]),
            ("one slip, with facets and excerpts", [f"/api/search?q={text}" for text in quoted]),
            ("suggestions", [f"/api/search/suggest?q={text}" for text in starts]),
        ]:
            times = ask(folder, [server.base + path for path in paths], rate=RATE, seconds=SECONDS)
            table.row(what, *cells(times), "10" if what == "one slip" else "")
            if what in theirs:
                p50, p90, p99, most = theirs[what]
                table.row(f"{what}: FTS5", f"{p50:.2f}", f"{p90:.2f}", f"{p99:.2f}", f"{most:.2f}", "")
                ratios.append(f"{what}: {times['p99'] / p99:.2f}")
        memory = memory_kib(server.pid, "VmRSS") / 1024
    table.notes.append(
        f"{count:,} titles indexed in {taken:.0f} s: {count / taken:,.0f} a second, {size / 2**20:,.0f} MiB. "
        f"What goes with what is worked out in {worked_out:.0f} s. {found / 2:.0f} % of the misspelt queries find something. {RATE} queries/s; resident {memory:,.0f} MiB.\n\n"
        f"FTS5 takes in {theirs_rate:,.0f} titles a second. Matinee to FTS5 (p99, for the rate the rate): {'; '.join(ratios)}."
    )
    return table
