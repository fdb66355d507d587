"""Holds the API to its own OpenAPI document: run.py BINARY SCHEMATHESIS FILM

Starts the program on a fresh data folder in open mode, uploads a film, and lets schemathesis send it what the
document allows and what it does not. No answer may be a server error, have a status or a media type that the
document does not name, or a body that does not fit its schema; and the server must be well afterwards.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

HERE = Path(__file__).resolve().parent
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# One fetches from elsewhere; the other answers 501 to formats it has not, as the oEmbed specification wants.
LEFT_OUT = ["--exclude-path", "/api/videos/import-url", "--exclude-path", "/oembed"]
PATIENCE_S = 120


def fetch(url, data=None, method=None):
    headers = {"Content-Type": "application/json"} if data else {}
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.load(answer)


def until(met, what):
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        try:
            found = met()
            if found:
                return found
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit(f"{what}: not within {PATIENCE_S} s")


def main(binary, schemathesis, film):
    with tempfile.TemporaryDirectory(prefix="matinee-contract-") as folder:
        env = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "HOST": "127.0.0.1",
            "PORT": "0",
            "MATINEE_AUTH": "open",
            "MATINEE_DATA_DIR": f"{folder}/data",
        }
        log_path = Path(folder, "server.log")
        with open(log_path, "wb") as log:
            server = subprocess.Popen([Path(binary).resolve(), "serve"], env=env, cwd=folder, stdout=log, stderr=log)
        try:
            base = until(lambda: address(log_path.read_text(errors="replace")), "the server's address")
            known = seed(base, film)
            command = [schemathesis, "run", f"{base}/api/openapi.json", "--url", base, "--checks", CHECKS]
            command += ["--phases", "examples,fuzzing", "--max-examples", "5", "--workers", "2", "--no-color", "--seed", "20261121"]
            command += ["--request-timeout", "30", *LEFT_OUT]
            run_env = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(HERE), "CONTRACT_KNOWN": json.dumps(known)}
            outcome = subprocess.run(command, cwd=folder, env=run_env, check=False).returncode
            assert fetch(f"{base}/health")["status"] == "healthy", "the server is not well afterwards"
            if outcome:
                print(log_path.read_text(errors="replace")[-8000:])
            return outcome
        finally:
            server.terminate()
            server.wait(30)


def address(log):
    """The address that the program prints when it is ready."""
    words = log.split()
    return next((word for word in words if word.startswith("http://localhost:")), None)


def seed(base, film):
    """Something to find, and what the parameters of paths may name of it, by the path before them."""
    form = subprocess.run(
        ["curl", "-sf", "-F", f"file=@{film}", "-F", "title=A film", f"{base}/api/videos/upload"],
        check=True,
        capture_output=True,
    )
    video = json.loads(form.stdout)["id"]
    until(lambda: fetch(f"{base}/api/videos/{video}")["processing_status"] == "completed", "the film")
    whole = fetch(f"{base}/api/videos/{video}")

    def make(path, **body):
        return fetch(f"{base}{path}", json.dumps(body).encode())["id"]

    stream = make("/api/streams", title="A concert")
    person = make("/api/people", name="Maren Voss")
    channel = make("/api/channels", number=7, name="Late", rules={})
    known = {
        "/api/videos": video,
        "/api/videos/{id}/renditions": whole["renditions"][0]["id"],
        "/api/streams": stream,
        "/api/streams/{id}/chat": make(f"/api/streams/{stream}/chat", message="Hello"),
        "/api/streams/{id}/questions": make(f"/api/streams/{stream}/questions", text="When does it begin?"),
        "/api/streams/{id}/targets": make(f"/api/streams/{stream}/targets", name="There", url="rtmp://live.example.com/app", key="k"),
        "/api/comments": make(f"/api/videos/{video}/comments", body="At 0:02 she turns round."),
        "/api/channels": channel,
        "/api/channel/play": "7",
        "/api/shows": make("/api/shows", title="Corner Shop", kind="show"),
        "/api/people": person,
        "/api/collections": make("/api/collections", title="Nights", items=[video]),
        "/api/playlists": make("/api/playlists", name="After work", video_ids=[video]),
        "/api/playlists/{id}/videos": video,
        "/api/groups": make("/api/groups", name="Patrons"),
        "/api/users": make("/api/users", username="vera", role="viewer", password="correct horse battery"),
        "/api/webhooks": make("/api/webhooks", url="https://example.com/hook", events=["stream.started"]),
        "/api/analytics/videos": video,
        "/api/watchlist": video,
        "/movie": video,
        "/stream": video,
        "/embed": video,
        "/media": video,
        "/media/{video_id}": whole["renditions"][0]["id"],
        "/media/{video_id}/images": whole["thumbnails"][0]["id"],
        "/media/live": stream,
        "/media/channels": channel,
        "/media/channels/{channel_id}": "video",
        "/ws": stream,
    }
    known["/api/groups/{id}/members"] = known["/api/users"]
    fetch(f"{base}/api/videos/{video}/credits", json.dumps([{"name": "Maren Voss", "role": "actor"}]).encode(), "PUT")
    make(f"/api/streams/{stream}/polls", question="Again?", options=["Yes", "No"])
    return known


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
