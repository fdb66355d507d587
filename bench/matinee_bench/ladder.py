"""Processor seconds for the whole ladder of one film: Matinee's pipeline (probe, one decode for all rungs, audio once,
thumbnails, storyboard, packaging, and the server itself meanwhile) against one ffmpeg for each rung, as transcoding
scripts do it: each decodes the source, scales, encodes video with the same encoder settings and audio beside it.
"""

import resource
from pathlib import Path

from . import media
from .report import Table, version
from .server import Matinee, completed, cpu_seconds

TITLE = "Processor time of the ladder"
SECONDS = 30
TARGET = 0.75
# The most that a rung may need, in kbit/s: the defaults.
CAPS = {240: 700, 360: 1200, 480: 1800, 720: 3000, 1080: 6000}


def one_for_each_rung(source: Path, rungs: list[int], folder: Path) -> float:
    """Runs the peers one after the other; returns their processor seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    for height in rungs:
        media.ffmpeg(
            *("-i", source, "-map", "0:v:0", "-map", "0:a:0", "-vf", f"scale=-2:{height}", "-pix_fmt", "yuv420p"),
            *("-c:v", "libx264", "-preset", "fast", "-crf", 23, "-profile:v", "high", "-maxrate", f"{CAPS[height]}k", "-bufsize", f"{CAPS[height]}k"),
            *("-g", 100, "-keyint_min", 100, "-sc_threshold", 0, "-c:a", "aac", "-b:a", "128k", "-ac", 2),
            *("-movflags", "+faststart", folder / f"{height}.mp4"),
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def run(folder: Path) -> Table:
    table = Table(["source", "what", "CPU seconds", "ratio"])
    # Neither can be played as it is, so every rung is made.
    sources = {
        "1080p H.264, no web audio": media.film(folder / "h264.mkv", SECONDS, "-vf", "scale=1920:1080", "-c:v", "libx264", "-preset", "veryfast", "-crf", 20, "-g", 500, "-c:a", "pcm_s16le", "-ac", 2),
        "1080p HEVC": media.film(folder / "hevc.mkv", SECONDS, "-vf", "scale=1920:1080", "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-c:a", "ac3", "-ac", 2),
    }
    for name, source in sources.items():
        with Matinee(folder) as server:
            video, _ = server.upload(source)
            video = server.until(video["id"], completed)
            ours = cpu_seconds(server.pid) + cpu_seconds(server.pid, children=True)
        rungs = sorted(one["height"] for one in video["renditions"] if one["kind"] == "video" and not one["is_source"])
        peer = one_for_each_rung(source, rungs, folder)
        heights = ", ".join(f"{height}p" for height in rungs)
        table.row(f"{name}, {SECONDS} s", f"one ffmpeg for each of {heights}", f"{peer:.1f}", "1")
        table.row(f"{name}, {SECONDS} s", "Matinee, all of it", f"{ours:.1f}", f"{ours / peer:.2f}")
    table.notes.append(f"{version('ffmpeg', '-version').partition(' Copyright')[0]}. Target: at most {TARGET}.")
    return table
