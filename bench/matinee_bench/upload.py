"""One large file by each way of uploading, over loopback, until it is acknowledged as durable, and the server's peak
memory meanwhile. The peer is `cp` with fsync of the same file on the same disk, which sends nothing and checks nothing.
"""

import base64
import hashlib
import http.client
import json
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import media
from .report import Table
from .server import Matinee, memory_kib

TITLE = "Upload"
MEBIBYTES = 2048
CHUNK = 64 << 20


def copied(source: Path, target: Path) -> float:
    began = time.monotonic()
    with source.open("rb") as read, target.open("wb") as write:
        while os.sendfile(write.fileno(), read.fileno(), None, 1 << 24):
            pass
        os.fsync(write.fileno())
    seconds = time.monotonic() - began
    target.unlink()
    return seconds


def by_form(server: Matinee, file: Path) -> None:
    server.upload(file)


def by_tus(server: Matinee, file: Path) -> None:
    size = file.stat().st_size
    name = base64.b64encode(file.name.encode()).decode()
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    link.request("POST", "/api/uploads", headers={"Tus-Resumable": "1.0.0", "Upload-Length": str(size), "Upload-Metadata": f"filename {name}"})
    answer = link.getresponse()
    answer.read()
    path = answer.headers["Location"].removeprefix(server.base)
    with file.open("rb") as source:
        for offset in range(0, size, CHUNK):
            length = min(CHUNK, size - offset)
            link.putrequest("PATCH", path)
            for header, value in [
                ("Tus-Resumable", "1.0.0"), ("Upload-Offset", offset), ("Content-Length", length),
                ("Content-Type", "application/offset+octet-stream"),
            ]:
                link.putheader(header, str(value))
            link.endheaders()
            link.sock.sendfile(source, offset, length)
            answer = link.getresponse()
            answer.read()
            if answer.status != 204:
                raise RuntimeError(f"PATCH: {answer.status}")
    link.close()
