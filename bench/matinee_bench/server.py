"""One Matinee process under measurement, and the requests that the benchmarks make of it."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

BINARY = os.environ["MATINEE_BENCH_BIN"]
TICKS = os.sysconf("SC_CLK_TCK")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def cpu_seconds(pid: int, *, children: bool = False) -> float:
    """User and system time of a process so far; with `children`, that of its ended children instead."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    first = 13 if children else 11
    return (int(fields[first]) + int(fields[first + 1])) / TICKS


def memory_kib(pid: int, field: str) -> int:
    """A field of /proc/PID/status in KiB: VmRSS is the resident memory, VmHWM its peak."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith(f"{field}:"):
            return int(line.split()[1])
    raise KeyError(field)


class Matinee:
    """`with Matinee(folder) as server:` runs one on a fresh data folder below `folder`."""

    def __init__(self, folder: Path, *, before: list[str] | None = None, **env: str) -> None:
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.data = folder / f"data-{self.port}"
        self.log = folder / f"log-{self.port}"
        self.command = [*(before or []), BINARY, "serve"]
        self.token = ""
        self.env = {name: value for name, value in os.environ.items() if not name.startswith("MATINEE_")} | {
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "MATINEE_DATA_DIR": str(self.data),
            "MATINEE_AUTH": "open",
            "LOG_LEVEL": "warn",
        } | env

    def __enter__(self) -> "Matinee":
        self.started = time.monotonic()
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(self.command, env=self.env, stdout=log, stderr=log)
        self.pid = self.process.pid
        while True:
            if self.process.poll() is not None:
                raise RuntimeError(f"matinee ended at start:\n{self.log.read_text()}")
            try:
                with urllib.request.urlopen(f"{self.base}/health/live", timeout=5):
                    break
            except OSError:
                time.sleep(0.002)
        self.first_response = time.monotonic() - self.started
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def operate(self) -> None:
        """Makes the operator, before the start; `sign_in` then lets the benchmark speak for them."""
        self.data.mkdir(parents=True, exist_ok=True)
        command = [BINARY, "--data-dir", str(self.data), "reset-password"]
        said = subprocess.run(command, env=self.env, check=True, capture_output=True, text=True).stdout
        words = dict(line.rsplit(maxsplit=1) for line in said.splitlines()[:2])
        self.operator = {"username": words["User name"], "password": words["Password"]}

    def sign_in(self) -> None:
        self.token = self.ask("POST", "/api/session", self.operator)["token"]

    def ask(self, method: str, path: str, body: dict | None = None) -> dict:
        """What the API answers to JSON."""
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{method} {path}: {error.code} {error.read().decode()}") from error

    def get(self, path: str) -> bytes:
        url = path if path.startswith("http") else self.base + path
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.read()

    def json(self, path: str) -> dict:
        return json.loads(self.get(path))

    def upload(self, file: Path, **fields: str) -> tuple[dict, float]:
        """Uploads through the form. Returns the video and the instant at which its last byte was sent."""
        boundary = "matinee-bench-boundary"
        head = "".join(
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in {"title": file.name, "is_public": "true", **fields}.items()
        )
        head += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n'
            "Content-Type: application/octet-stream\r\n\r\n"
        )
        tail = f"\r\n--{boundary}--\r\n".encode()
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)
        link.putrequest("POST", "/api/videos/upload")
        link.putheader("Content-Type", f"multipart/form-data; boundary={boundary}")
        link.putheader("Content-Length", str(len(head.encode()) + file.stat().st_size + len(tail)))
        link.endheaders()
        link.send(head.encode())
        with file.open("rb") as source:
            link.sock.sendfile(source)
        link.send(tail)
        sent = time.monotonic()
        answer = link.getresponse()
        body = answer.read()
        link.close()
        if answer.status != 201:
            raise RuntimeError(f"upload: {answer.status} {body.decode()}")
        return json.loads(body), sent

    def until(self, video: str, done: Callable[[dict], bool], *, pause: float = 0.1) -> dict:
        while True:
            now = self.json(f"/api/videos/{video}")
            if done(now):
                return now
            if now["processing_status"] == "failed":
                raise RuntimeError(f"processing failed: {now['processing_error']}")
            time.sleep(pause)


def playable(video: dict) -> bool:
    return bool(video["is_processed"])


def completed(video: dict) -> bool:
    return video["processing_status"] == "completed"
