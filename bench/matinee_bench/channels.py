"""What channels cost. In the pure function alone (crates/channels/examples/channels.rs) on one core: live playlists written
in a second, of 2,000 channels in turn, rungs and sound, at instants that move on. Then in one process, over HTTP: a library
of 20,000 items and 9,999 channels (as many as there are numbers), each with rules, an evening and fillers of its own, made
through the API. The guide of 1,000 of them for a week is fetched as XMLTV when there are no more. The server is started
anew with all of them, and its memory looked at: when nobody has asked for any, when all of them have been tuned to, and
while 2,000 of them are being asked for playlists, which is done by wrk on the other core, as fast as it is answered. The
peer is Eyevinn's channel engine, which has a session in memory for each channel and a tick for each of its segments; it
plays VODs of 20 minutes, in three renditions, whose playlists are served beside it.
"""

import hashlib
import http.client
import json
import os
import re
import sqlite3
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from .rate import TOOLS
from .report import Table, version
from .server import Matinee, cpu_seconds, free_port, memory_kib
from .titles import Library, size

TITLE = "Channels"
PEER = Path(__file__).resolve().parents[1] / "peers/channel-engine.cjs"
ITEMS, CHANNELS = size(20_000), min(9_999, size(9_999))
GUIDED, ASKED, PEERS = min(1_000, CHANNELS), min(2_000, CHANNELS), 200
SECONDS, MAKERS = 10, 4

LUA = """
local paths = {%s}
local at = 0
request = function()
  at = at %% #paths + 1
  return wrk.format("GET", paths[at])
end
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format('RESULT {"requests": %%d, "bytes": %%.0f, "us": %%d, "p50": %%.0f, "p99": %%.0f, "errors": %%d}\\n',
    summary.requests, summary.bytes, summary.duration, latency:percentile(50), latency:percentile(99),
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
"""


def load(folder: Path, base: str, paths: list[str], *, strict: bool = True) -> dict:
    """Asks for these in turn, as fast as they are answered. Unless it is strict, some may be refused."""
    script = folder / "turn.lua"
    script.write_text(LUA % ",".join(json.dumps(path) for path in paths))
    command = ["taskset", "-c", "1", "wrk", "-t1", "-c16", f"-d{SECONDS}s", "-s", str(script), base]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    result = json.loads(said.partition("RESULT ")[2])
    if strict and result["errors"] or result["errors"] == result["requests"]:
        raise RuntimeError(f"{result['errors']} requests failed:\n{said}")
    result["rate"] = (result["requests"] - result["errors"]) / (result["us"] / 1e6)
    return result


def cut(data: Path) -> None:
    """Says how the library's items are cut, as a channel's first look at their files would."""
    db = sqlite3.connect(data / "matinee.db")
    db.execute("PRAGMA synchronous=OFF")
    renditions: dict[str, list[tuple[str, int]]] = {}
    for video, key, height in db.execute("SELECT video_id, id, height FROM renditions ORDER BY height"):
        renditions.setdefault(video, []).append((key, height))
    bandwidths = {360: 900_000, 720: 3_000_000, 1080: 6_000_000}
    rows = []
    for video, ms in db.execute("SELECT id, duration_ms FROM videos").fetchall():
        own = renditions[video]
        mark = hashlib.sha256(b"".join(key.encode() + b"\0" for key in sorted(key for key, _ in own))).hexdigest()[:32]
        body = {
            "grid": {"even": [-(-ms // 4000), 4000, 1000, ms]},
            "video": [
                {"path": f"{video}/{key}", "codec": "avc", "bandwidth": bandwidths[height], "width": height * 16 // 9, "height": height}
                for key, height in own
            ],
            "audio": [
                {"path": f"{video}/{own[0][0]}", "codec": "aac", "language": "en", "sample_rate": 48_000, "channels": 2}
            ],
        }
        rows.append((video, mark, json.dumps(body)))
    with db:
        db.executemany("INSERT INTO channel_media (video_id, mark, body) VALUES (?, ?, ?)", rows)
    db.close()


def definition(number: int, tags: list[str]) -> dict:
    """A channel of its own rules, with an evening and fillers."""
    rule = lambda n: {"rules": {"tags": [tags[n % len(tags)]]}}
    evening = {
        "name": "evening", "from": "20:00", "to": "23:00", "pad_to_minutes": 30,
        "entries": [{"source": rule(number * 7)}, {"source": rule(number * 11), "count": 2}],
    }
    return {
        "number": number, "name": f"Channel {number}", "time_zone": "Europe/Berlin", **rule(number),
        "programme": [evening], "filler": {"rules": {"minutes": {"to": 5}}},
    }


def make(server: Matinee, numbers: range, tags: list[str]) -> list[str]:
    """Makes channels through the API, some at a time."""
    ids: dict[int, str] = {}
    left, failed = iter(numbers), []
    lock = threading.Lock()

    def some() -> None:
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
        while not failed:
            with lock:
                number = next(left, None)
            if number is None:
                return
            link.request("POST", "/api/channels", json.dumps(definition(number, tags)), {"Content-Type": "application/json"})
            answer = link.getresponse()
            said = answer.read()
            if answer.status != 201:
                failed.append(f"{answer.status} {said.decode()}")
                return
            ids[number] = json.loads(said)["id"]

    makers = [threading.Thread(target=some) for _ in range(MAKERS)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    if failed:
        raise RuntimeError(failed[0])
    return [ids[number] for number in numbers]


def tracks(server: Matinee, channel: str) -> list[str]:
    """The names of a channel's playlists, which all of these channels have."""
    master = server.get(f"/media/channels/{channel}/master.m3u8").decode()
    named = re.findall(r'^(?!#)(\S+\.m3u8)|URI="([^"]+\.m3u8)"', master, re.MULTILINE)
    return [one or other for one, other in named]


def ours(folder: Path, table: Table) -> tuple[float, dict]:
    env = {"MATINEE_AUTH": "open", "ENABLE_TRANSCODING": "false", "RTMP_SERVER_PORT": "0", "SRT_SERVER_PORT": "0", "WEBRTC_UDP_PORT": "0"}
    server = Matinee(folder, **env)
    library = Library(server.data, ITEMS)
    cut(server.data)
    tags = library.tags
    with server:
        begun = time.monotonic()
        ids = make(server, range(1, GUIDED + 1), tags)
        times = []
        for _ in range(4):
            asked = time.monotonic()
            guide = server.get("/epg.xml?days=7")
            times.append(time.monotonic() - asked)
        made = time.monotonic() - begun - sum(times)
        listings = guide.count(b"<programme ")
        table.row(f"guide of {GUIDED:,} channels for 7 days, over HTTP, the first time", f"{times[0]:.2f} s", "1 s")
        table.row("the same, afterwards", f"{statistics.median(times[1:]):.2f} s", "1 s")
        begun = time.monotonic()
        ids += make(server, range(GUIDED + 1, CHANNELS + 1), tags)
        made += time.monotonic() - begun
    table.row("channels made through the API", f"{CHANNELS / made:,.0f} a second", "-")
    pinned = Matinee(folder, before=["taskset", "-c", "0"], **env, TOKIO_WORKER_THREADS="1", MATINEE_DATA_DIR=str(server.data))
    with pinned as server:
        table.row(f"start with {CHANNELS:,} channels, until the first answer", f"{server.first_response:.3f} s", "1 s")
        time.sleep(10)
        idle = memory_kib(server.pid, "VmRSS") / 1024
        begun, used = time.monotonic(), cpu_seconds(server.pid)
        time.sleep(20)
        rest = (cpu_seconds(server.pid) - used) / (time.monotonic() - begun)
        table.row(f"resident with {CHANNELS:,} channels, nobody watching", f"{idle:.0f} MiB", "300 MiB")
        table.row("CPU of a core meanwhile", f"{rest:.2%}", "-")
        names = tracks(server, ids[0])
        times = []
        for channel in ids:
            asked = time.monotonic()
            server.get(f"/media/channels/{channel}/{names[0]}")
            times.append((time.monotonic() - asked) * 1000)
        times.sort()
        table.row("first playlist of a channel, p50 and p99", f"{times[len(times) // 2]:.1f} and {times[len(times) * 99 // 100]:.1f} ms", "-")
        watched = memory_kib(server.pid, "VmRSS") / 1024
        table.row(f"resident, all {CHANNELS:,} tuned to", f"{watched:.0f} MiB", "300 MiB")
        paths = [f"/media/channels/{channel}/{names[n % len(names)]}" for n, channel in enumerate(ids[:ASKED])]
        load(folder, server.base, paths)
        used = cpu_seconds(server.pid)
        found = load(folder, server.base, paths)
        found["cpu"] = (cpu_seconds(server.pid) - used) / SECONDS
        peak = memory_kib(server.pid, "VmHWM") / 1024
    table.row("playlists a second over HTTP on one core", f"{found['rate']:,.0f}", "20,000")
    table.row("CPU of a core for one of them", f"{found['cpu'] / found['rate'] * 1e6:.0f} µs", "50 µs")
    table.row("p50 and p99 of them", f"{found['p50'] / 1000:.2f} and {found['p99'] / 1000:.2f} ms", "5 ms (p99)")
    table.row("most ever resident", f"{peak:.0f} MiB", "300 MiB")
    bytes_each = found["bytes"] / found["requests"]
    table.notes.append(
        f"The guide has {listings:,} programmes in {len(guide) / 1e6:.0f} MB; an answer over HTTP has {bytes_each:,.0f} bytes."
    )
    return rest / CHANNELS, found | {"memory": watched / CHANNELS}


@contextmanager
def vods(folder: Path) -> Iterator[list[str]]:
    """Playlists of four films: the engine reads nothing else of them."""
    root = folder / "vods"
    for film in range(4):
        place = root / f"film{film}"
        place.mkdir(parents=True)
        master = ["#EXTM3U", "#EXT-X-VERSION:3"]
        for bandwidth, resolution in ((1_313_000, "480x214"), (2_323_000, "640x286"), (6_134_000, "1024x458")):
            master += [f'#EXT-X-STREAM-INF:BANDWIDTH={bandwidth},RESOLUTION={resolution},CODECS="avc1.4d001f,mp4a.40.2"', f"{bandwidth}.m3u8"]
            lines = ["#EXTM3U", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:4", "#EXT-X-MEDIA-SEQUENCE:0", "#EXT-X-PLAYLIST-TYPE:VOD"]
            for n in range(300):
                lines += ["#EXTINF:4.000,", f"{bandwidth}-{n}.ts"]
            (place / f"{bandwidth}.m3u8").write_text("\n".join([*lines, "#EXT-X-ENDLIST", ""]))
        (place / "master.m3u8").write_text("\n".join([*master, ""]))

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield [f"http://127.0.0.1:{server.server_port}/film{film}/master.m3u8" for film in range(4)]
    finally:
        server.shutdown()


@contextmanager
def engine(folder: Path, count: int, films: list[str]) -> Iterator[tuple[int, str]]:
    port = free_port()
    env = os.environ | {"NODE_PATH": str(Path(os.environ["MATINEE_BENCH_ENGINE"]) / "node_modules"), "NODE_ENV": "production"}
    command = ["taskset", "-c", "0", "node", str(PEER), str(port), str(count), *films]
    with (folder / f"engine-{count}").open("wb") as log:
        process = subprocess.Popen(command, env=env, stdout=log, stderr=log)
    try:
        yield process.pid, f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()


def theirs(folder: Path) -> tuple[float, dict]:
    with vods(folder) as films:
        with engine(folder, 1, films) as (pid, _):
            time.sleep(20)
            alone = memory_kib(pid, "VmRSS")
        with engine(folder, PEERS, films) as (pid, base):
            time.sleep(45)
            there = memory_kib(pid, "VmRSS")
            begun, used = time.monotonic(), cpu_seconds(pid)
            time.sleep(20)
            rest = (cpu_seconds(pid) - used) / (time.monotonic() - begun)
            # Its router takes a semicolon for the beginning of a query.
            paths = [f"/live/master{bandwidth}.m3u8%3Bsession={n}" for n in range(1, PEERS + 1) for bandwidth in (1313000, 6134000)]
            found = load(folder, base, paths, strict=False)
    return rest / PEERS, found | {"memory": (there - alone) / 1024 / (PEERS - 1)}


def run(folder: Path) -> Table:
    table = Table(["what", "measured", "target"])
    command = ["taskset", "-c", "0", TOOLS / "channels", "20000", "2000"]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    table.row("playlists a second, the pure function on one core", f"{told['playlists_per_s']:,.0f}", "100,000")
    own_rest, own = ours(folder, table)
    if not os.environ.get("MATINEE_BENCH_ENGINE"):
        table.notes.append("Eyevinn's channel engine is not here.")
        return table
    rest, peer = theirs(folder)
    table.row("channel engine: memory a channel", f"{peer['memory']:.2f} MiB", "")
    table.row("Matinee: the same, all tuned to, the library with it", f"{own['memory']:.3f} MiB", f"ratio {own['memory'] / peer['memory']:.3f}")
    table.row("channel engine: CPU of a core a channel, nobody watching", f"{rest:.4%}", "")
    table.row("Matinee: the same", f"{own_rest:.6%}", f"ratio {own_rest / rest:.4f}")
    table.row("channel engine: playlists a second on one core", f"{peer['rate']:,.0f}", "")
    table.row("Matinee: the same", f"{own['rate']:,.0f}", f"{own['rate'] / peer['rate']:.1f} times as many")
    table.row("channel engine: p99 of them", f"{peer['p99'] / 1000:.1f} ms", "")
    table.row("channel engine: of them refused", f"{peer['errors'] / peer['requests']:.1%}", "")
    table.notes.append(
        f"eyevinn-channel-engine {Path(os.environ['MATINEE_BENCH_ENGINE']).name.rpartition('-')[2]}, Node.js {version('node', '--version')}, "
        f"{PEERS} channels; {version('wrk', '-v')}, 16 connections, {SECONDS} s."
    )
    return table
