"""A made-up library, written straight into the database: a hundred thousand titles in seconds.

The server's own migrations make the tables. Rows go in with their indexes dropped, which are made again at the end. A
million titles without renditions and pictures take about 2 GB of disk, and as much again for the search index.
"""

import itertools
import json
import os
import random
import sqlite3
import subprocess
import time
from pathlib import Path

from .server import BINARY

GENRES = [
    "Action", "Adventure", "Animation", "Biography", "Comedy", "Crime", "Documentary", "Drama", "Family", "Fantasy",
    "History", "Horror", "Music", "Musical", "Mystery", "Romance", "Science Fiction", "Sport", "Thriller", "Western",
]
TYPES = ["movie", "movie", "movie", "episode", "episode", "short", "documentary", "recording"]
RATINGS = ["G", "PG", "PG-13", "R", "TV-14", "TV-MA", None]
VOWELS, CONSONANTS = "aeiou", "bcdfghklmnprstvz"
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def size(usual: int) -> int:
    """How many titles to make: MATINEE_BENCH_TITLES tries a benchmark out on fewer."""
    return int(os.environ.get("MATINEE_BENCH_TITLES", usual))


def settled(data: Path, patience: float = 900) -> float:
    """Waits until recommendations have been worked out, which a server begins at its first start. Returns the seconds."""
    begun = time.monotonic()
    db = sqlite3.connect(f"file:{data / 'matinee.db'}?mode=ro", uri=True)
    waiting = "SELECT count(*) FROM jobs WHERE kind IN ('recommendations', 'trending') AND state <> 'done'"
    while not db.execute("SELECT 1 FROM similar_videos LIMIT 1").fetchone() or db.execute(waiting).fetchone()[0]:
        if time.monotonic() - begun > patience:
            raise RuntimeError("the recommendations were not worked out")
        time.sleep(0.25)
    db.close()
    return time.monotonic() - begun


def words(rng: random.Random, count: int) -> list[str]:
    """Words that can be said, no two alike."""
    made: dict[str, None] = {}
    while len(made) < count:
        syllables = rng.choices([2, 3, 4], [3, 5, 2])[0]
        made["".join(rng.choice(CONSONANTS) + rng.choice(VOWELS) for _ in range(syllables)) + rng.choice("nrstl ")
             .strip()] = None
    return list(made)


def identifier(prefix: str, number: int) -> str:
    """A well-formed id that sorts by its number."""
    digits, value = [], (0x018F_0000_0000_7000_8000_0000_0000_0000 + (number << 16)) & ((1 << 128) - 1)
    for _ in range(26):
        digits.append(ALPHABET[value & 31])
        value >>= 5
    return f"{prefix}_{''.join(reversed(digits))}"


def insert(db: sqlite3.Connection, table: str, rows: list[dict]) -> None:
    """Rows with these columns. Those left out keep their default, or get an empty value of their type if they need one."""
    if not rows:
        return
    names = list(rows[0])
    for _, name, kind, required, default, _ in db.execute(f"PRAGMA table_info({table})").fetchall():
        if required and default is None and name not in names:
            kind = kind.lower()
            empty = "[]" if "json" in kind else 0 if "int" in kind or "bool" in kind or "double" in kind else ""
            names.append(name)
            for row in rows:
                row[name] = empty
    marks = ",".join("?" * len(names))
    db.executemany(
        f"INSERT INTO {table} ({','.join(names)}) VALUES ({marks})",
        ([row[name] for name in names] for row in rows),
    )


def without_indexes(db: sqlite3.Connection) -> list[str]:
    """Drops the indexes, and returns how they are made again: sorted once at the end they cost a tenth."""
    made = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").fetchall()
    for name, _ in made:
        db.execute(f'DROP INDEX "{name}"')
    return [sql for _, sql in made]


class Library:
    """What was made: ids, titles and the vocabulary."""

    def __init__(self, data: Path, titles: int, *, parts: bool = True, viewers: int = 0, each: int = 30) -> None:
        self.rng = random.Random(11)
        data.mkdir(parents=True, exist_ok=True)
        subprocess.run([BINARY, "--data-dir", str(data), "migrate"], check=True, capture_output=True)
        self.vocabulary = words(self.rng, 40_000)
        self.tags = self.vocabulary[:400]
        self.cumulative = list(itertools.accumulate(1 / (n + 20) for n in range(len(self.vocabulary))))
        self.phrases = [self._phrase(5) for _ in range(50_000)]
        db = sqlite3.connect(data / "matinee.db")
        db.execute("PRAGMA synchronous=OFF")
        db.execute("PRAGMA cache_size=-200000")
        begun = time.monotonic()
        indexes = without_indexes(db)
        self.ids: list[str] = []
        self.titles: list[str] = []
        for start in range(0, titles, 20_000):
            self._some(db, start, min(start + 20_000, titles), parts)
            db.commit()
        if viewers:
            self._views(db, viewers, each)
            db.commit()
        for index in indexes:
            db.execute(index)
        db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.close()
        self.seconds = time.monotonic() - begun

    def _phrase(self, count: int) -> str:
        return " ".join(self.rng.choices(self.vocabulary, cum_weights=self.cumulative, k=count))

    def _description(self) -> str:
        return " ".join(self.rng.choices(self.phrases, k=5)).capitalize() + "."

    def _some(self, db: sqlite3.Connection, start: int, end: int, parts: bool) -> None:
        rng, now = self.rng, int(time.time() * 1_000_000)
        videos, tags, genres, renditions, images = [], [], [], [], []
        for n in range(start, end):
            key, title = identifier("video", n), self._phrase(rng.choice([1, 2, 2, 3, 3, 4])).title()
            self.ids.append(key)
            self.titles.append(title)
            kind, own, genre = rng.choice(TYPES), rng.sample(self.tags, 3), rng.choice(GENRES)
            created = now - (1_000_000 - n) * 60_000_000
            videos.append({
                "id": key, "title": title, "sort_key": title.lower(), "description": self._description(),
                "filename": f"{n}.mp4", "file_size": rng.randrange(10**8, 10**10), "source_key": f"videos/{key}/source",
                "content_type": kind, "genre": genre, "release_year": rng.randrange(1930, 2027),
                "rating": rng.choice(RATINGS), "tags": json.dumps(own), "genres": json.dumps([genre]), "is_public": 1, "visibility": "public",
                "show_title": self.titles[n - n % 40] if kind == "episode" else None,
                "season_number": 1 if kind == "episode" else None, "episode_number": n % 40 if kind == "episode" else None,
                "processing_status": "completed", "is_processed": 1, "duration_ms": rng.randrange(60_000, 9_000_000),
                "width": 1920, "height": 1080, "bitrate_bps": 5_000_000, "format": "MP4", "codecs": "h264, aac",
                "view_count": int(rng.paretovariate(0.6)) % 10_000_000, "version": 1,
                "created_at": created, "updated_at": created,
            })
            genres.append({"video_id": key, "genre": genre.lower(), "name": genre})
            if not parts:
                continue
            tags += [{"video_id": key, "tag": tag} for tag in own]
            for height in (360, 720, 1080):
                renditions.append({
                    "id": identifier("rendition", n * 8 + height // 360), "video_id": key, "kind": "video",
                    "layout": "cmaf", "name": f"{height}p", "codecs": "avc1.64001f", "width": height * 16 // 9,
                    "height": height, "frame_rate": 25.0, "bandwidth_bps": height * 3000,
                    "average_bandwidth_bps": height * 2500, "key": f"videos/{key}/{height}.mp4",
                    "index_key": f"videos/{key}/{height}.idx", "size_bytes": 1000, "aligned": 1,
                    "duration_ms": 1, "created_at": created,
                })
            for at, picture in enumerate(["poster", "thumbnail", "thumbnail", "thumbnail", "storyboard"]):
                images.append({
                    "id": identifier("image", n * 8 + at), "video_id": key, "kind": picture,
                    "key": f"videos/{key}/images/{at}.jpg", "width": 1280, "height": 720,
                    "at_ms": 0 if picture == "storyboard" else at * 1000, "created_at": created,
                })
        insert(db, "videos", videos)
        for table, rows in [("video_genres", genres), ("video_tags", tags), ("renditions", renditions), ("images", images)]:
            insert(db, table, rows)

    def _views(self, db: sqlite3.Connection, viewers: int, each: int) -> None:
        """People who like a few regions of the library, and what is popular."""
        rng, now, count = self.rng, int(time.time() * 1_000_000), len(self.ids)
        rows = []
        for viewer in range(viewers):
            homes = [rng.randrange(count) for _ in range(3)]
            seen: set[int] = set()
            while len(seen) < each:
                near = int(rng.choice(homes) + rng.gauss(0, 60)) % count
                seen.add(near if rng.random() < 0.8 else int(rng.random() ** 4 * count))
            rows += [
                {"viewer_key": f"anon:{viewer:032x}", "video_id": self.ids[item], "position_ms": rng.randrange(1, 6_000_000),
                 "duration_ms": 6_000_000, "watched_at": now - rng.randrange(60 * 86_400) * 1_000_000}
                for item in sorted(seen)
            ]
        insert(db, "watch_progress", rows)

    def misspelt(self, count: int) -> list[str]:
        """Words of titles with one slip each: a letter lost, doubled, swapped or another."""
        rng, made = self.rng, []
        while len(made) < count:
            title = rng.choice(self.titles).lower().split()
            long = [n for n, word in enumerate(title) if len(word) >= 5]
            if not long:
                continue
            n = rng.choice(long)
            word = title[n]
            at = rng.randrange(1, len(word) - 1)
            title[n] = rng.choice([
                word[:at] + word[at + 1:],
                word[:at] + word[at] + word[at:],
                word[:at] + word[at + 1] + word[at] + word[at + 2:],
                word[:at] + rng.choice(CONSONANTS + VOWELS) + word[at + 1:],
            ])
            made.append(" ".join(title))
        return made
