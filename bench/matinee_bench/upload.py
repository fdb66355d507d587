"""One large file by each way of uploading, over loopback, until it is acknowledged as durable, and the server's peak
memory meanwhile. The peer is `cp` with fsync of the same file on the same disk, which sends nothing and checks nothing.
"""

import base64
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


def by_parts(server: Matinee, file: Path) -> None:
    size = file.stat().st_size
    begun = post(server, "/api/multipart/initiate", {"filename": file.name, "file_size": size, "title": file.name})
    upload, part_size = begun["upload_id"], begun["part_size"]

    def part(number: int) -> dict:
        with file.open("rb") as source:
            source.seek((number - 1) * part_size)
            content = source.read(part_size)
        boundary = "matinee-bench-boundary"
        fields = {"upload_id": upload, "part_number": str(number)}
        head = "".join(f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n' for key, value in fields.items())
        head += f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="part"\r\n\r\n'
        body = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
        link.request("POST", "/api/multipart/part", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"})
        answer = link.getresponse()
        text = answer.read()
        link.close()
        if answer.status >= 300:
            raise RuntimeError(f"part {number}: {answer.status} {text.decode()}")
        return {"part_number": number, "etag": json.loads(text)["etag"]}

    with ThreadPoolExecutor(4) as pool:
        parts = list(pool.map(part, range(1, -(-size // part_size) + 1)))
    post(server, "/api/multipart/complete", {"upload_id": upload, "parts": parts})


def post(server: Matinee, path: str, body: dict) -> dict:
    link = http.client.HTTPConnection("127.0.0.1", server.port, timeout=600)
    link.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
    answer = link.getresponse()
    text = answer.read()
    link.close()
    if answer.status >= 300:
        raise RuntimeError(f"{path}: {answer.status} {text.decode()}")
    return json.loads(text)


def run(folder: Path) -> Table:
    table = Table(["way", "MiB/s", "ratio to cp + fsync", "peak memory, MiB", "of it since the start, MiB"])
    # Real film to its start, so that it is a video, and bytes that no disk can make smaller after it.
    file = media.film(folder / "large.mp4", 600)
    missing = MEBIBYTES * (1 << 20) - file.stat().st_size
    with file.open("ab") as grow:
        # A box that says "nothing here", so that the file stays a well-formed MP4.
        grow.write(missing.to_bytes(4, "big") + b"free")
        for _ in range((missing - 8) // (1 << 20)):
            grow.write(os.urandom(1 << 20))
        grow.write(bytes((missing - 8) % (1 << 20)))
    size = file.stat().st_size / (1 << 20)
    disk = max(size / copied(file, folder / "copy") for _ in range(2))
    table.row("cp + fsync", f"{disk:.0f}", "1", "-", "-")
    for name, way in [("form", by_form), ("parts, 4 at a time", by_parts), ("tus, 64 MiB a request", by_tus)]:
        with Matinee(folder, ENABLE_TRANSCODING="false") as server:
            idle = memory_kib(server.pid, "VmHWM") / 1024
            began = time.monotonic()
            way(server, file)
            rate = size / (time.monotonic() - began)
            peak = memory_kib(server.pid, "VmHWM") / 1024
        table.row(name, f"{rate:.0f}", f"{rate / disk:.2f}", f"{peak:.0f}", f"{peak - idle:.0f}")
    table.notes.append(f"A file of {size:.0f} MiB. Parts are checked by MD5 as they come, which costs one core about 600 MB/s.")
    return table
