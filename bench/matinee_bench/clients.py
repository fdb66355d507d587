"""The clients that are written for these benchmarks (bench/tools): thousands of connections on one thread."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .server import BINARY

PROGRAM = Path(BINARY).parent / "matinee-bench-clients"


class Client:
    """One that runs. It says lines of JSON."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process

    def hears(self) -> dict:
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"a client ended with {self.process.wait()}")
        return json.loads(line)

    def go(self) -> None:
        self.process.stdin.write("go\n")
        self.process.stdin.flush()


@contextmanager
def client(*arguments: object, core: int = 1) -> Iterator[Client]:
    """Runs one on a core."""
    command = ["taskset", "-c", str(core), str(PROGRAM), *map(str, arguments)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield Client(process)
    finally:
        process.kill()
        process.wait()
