"""Asking at a steady rate: see bench/tools/src/rate.rs."""

import json
import subprocess
from pathlib import Path

from .clients import PROGRAM
from .server import BINARY

TOOLS = Path(BINARY).parent / "examples"


def ask(folder: Path, addresses: list[str], *, rate: int, seconds: int) -> dict:
    """Milliseconds from the instant at which each request was due: p50, p90, p99, max."""
    file = folder / "addresses"
    file.write_text("\n".join(addresses))
    command = [PROGRAM, "rate", str(rate), str(seconds), file]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    times = json.loads(done.stdout)
    if times["failed"]:
        raise RuntimeError(f"{times['failed']} of {times['requests']} requests failed: {times['faults']}")
    return times


def cells(times: dict) -> list[str]:
    return [f"{times[name]:.2f}" for name in ("p50", "p90", "p99", "max")]
