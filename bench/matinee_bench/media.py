"""The films that the benchmarks use, made by ffmpeg when they run."""

import subprocess
from pathlib import Path

FILM = Path(__file__).resolve().parents[2] / "crates/matinee/tests/media/bigbuckbunny.mp4"


def ffmpeg(*args: object) -> None:
    subprocess.run(["ffmpeg", "-nostdin", "-v", "error", "-y", *map(str, args)], check=True)


def constant_rate(path: Path, kilobits: int, seconds: int) -> Path:
    """H.264 whose every four seconds are as large as the rate says, near enough: noise, at a constant rate."""
    rate = f"{kilobits}k"
    size = "320x180" if kilobits < 1000 else "1280x720"
    ffmpeg(
        *("-f", "lavfi", "-i", f"testsrc2=size={size}:rate=25:duration={seconds},noise=alls=40:allf=t"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", 100, "-keyint_min", 100, "-sc_threshold", 0, "-bf", 0),
        *("-b:v", rate, "-minrate", rate, "-maxrate", rate, "-bufsize", rate, "-x264-params", "nal-hrd=cbr:force-cfr=1"),
        *("-movflags", "+faststart", path),
    )
    return path


def film(path: Path, seconds: int, *encode: object) -> Path:
    """Real film, looped; as it is, or encoded as told."""
    ffmpeg("-stream_loop", -1, "-i", FILM, "-t", seconds, *(encode or ("-c", "copy")), *(("-movflags", "+faststart") if path.suffix == ".mp4" else ()), path)
    return path
