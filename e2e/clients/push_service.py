"""A push service and the browser behind it, of other people's parts: py_vapid checks who sends, http_ece reads.

Prints the subscription to make as the first line, and every message that comes as a line of JSON after it.
"""

import base64
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

import http_ece
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def say(what: dict) -> None:
    print(json.dumps(what), flush=True)


private = ec.generate_private_key(ec.SECP256R1())
public = private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
auth = os.urandom(16)


class Service(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        try:
            # It knows the parameters by the comma alone, where there may be a space (RFC 9110 §5.6.1).
            said = self.headers["authorization"].replace(", ", ",")
            assert Vapid02.verify(said), "it is signed by somebody else"
            token = self.headers["authorization"].split("t=", 1)[1].split(",", 1)[0]
            padded = token.split(".")[1] + "=="
            plain = http_ece.decrypt(
                body, private_key=private, auth_secret=auth, version=self.headers["content-encoding"]
            )
            say(
                {
                    "message": json.loads(plain),
                    "claims": json.loads(base64.urlsafe_b64decode(padded)),
                    "ttl": int(self.headers["ttl"]),
                    "topic": self.headers["topic"],
                }
            )
            status = 201
        except Exception as error:  # whatever it is, it is told
            say({"error": f"{type(error).__name__}: {error}"})
            status = 400
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


server = HTTPServer(("127.0.0.1", 0), Service)
say(
    {
        "endpoint": f"http://127.0.0.1:{server.server_port}/push/browser",
        "keys": {"p256dh": text(public), "auth": text(auth)},
    }
)
sys.stdout.flush()
server.serve_forever()
