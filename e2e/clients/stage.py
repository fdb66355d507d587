"""Two guests of a stage, as any client of it connects: a host and somebody who is invited.

    stage.py STREAM HOST GUEST      the stream's address, and two bearer tokens

Prints what each has received of the other once the programme is on the air, and goes on until its
input ends.
"""

import asyncio
import json
import sys
import urllib.request

from aiortc import (
    RTCBundlePolicy,
    RTCConfiguration,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.contrib.media import MediaPlayer

STREAM, HOST, GUEST = sys.argv[1:]


def ask(token, method, path="", body=None):
    headers = {"authorization": f"Bearer {token}", "content-type": "application/json"}
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{STREAM}{path}", data=data, headers=headers, method=method)
    with urllib.request.urlopen(request) as answer:
        text = answer.read()
        return json.loads(text) if text else None


async def asked(*what):
    return await asyncio.to_thread(ask, *what)


def only_h264(transceiver):
    codecs = RTCRtpSender.getCapabilities("video").codecs
    transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType == "video/H264"])


class Guest:
    """Somebody on the stage, who sends a test picture and a tone."""

    def __init__(self, token, colour):
        self.token = token
        # No servers have to be asked where this is.
        bundled = RTCConfiguration(iceServers=[], bundlePolicy=RTCBundlePolicy.MAX_BUNDLE)
        self.peer = RTCPeerConnection(bundled)
        self.tracks = asyncio.Queue()
        self.peer.on("track", self.tracks.put_nowait)
        self.picture = MediaPlayer(f"color={colour}:s=320x180:r=25", format="lavfi")
        self.tone = MediaPlayer("sine=r=48000", format="lavfi")
        self.sends, self.receives, self.session = [], [], None

    def send(self, track, name):
        transceiver = self.peer.addTransceiver(track, direction="sendonly")
        if track.kind == "video":
            only_h264(transceiver)
        self.sends.append((transceiver, name))

    def receive(self, guest, name):
        kind = "audio" if name == "microphone" else "video"
        transceiver = self.peer.addTransceiver(kind, direction="recvonly")
        if kind == "video":
            only_h264(transceiver)
        self.receives.append((transceiver, guest, name))

    async def negotiate(self):
        await self.peer.setLocalDescription(await self.peer.createOffer())
        body = {
            "sdp": self.peer.localDescription.sdp,
            "sends": [{"mid": one.mid, "track": name} for one, name in self.sends],
            "receives": [
                {"mid": one.mid, "participant_id": guest, "track": name}
                for one, guest, name in self.receives
            ],
        }
        if self.session:
            answer = await asked(self.token, "PUT", f"/stage/sessions/{self.session}", body)
        else:
            answer = await asked(self.token, "POST", "/stage/sessions", body)
        self.session = answer["session"]
        description = RTCSessionDescription(sdp=answer["sdp"], type="answer")
        await self.peer.setRemoteDescription(description)

    async def heard(self, count):
        """The kinds of so many tracks, of each of which something has come."""
        kinds = []
        for _ in range(count):
            track = await asyncio.wait_for(self.tracks.get(), 60)
            for _ in range(3):
                await asyncio.wait_for(track.recv(), 60)
            kinds.append(track.kind)
        return sorted(kinds)


async def main():
    host, guest = Guest(HOST, "red"), Guest(GUEST, "blue")
    here = (await asked(HOST, "PUT", "/stage/seat"))["you"]["id"]
    there = (await asked(GUEST, "PUT", "/stage/hand"))["you"]["id"]
    await asked(HOST, "PUT", f"/stage/guests/{there}/invitation")
    await asked(GUEST, "PUT", "/stage/seat")
    for one, other in [(host, there), (guest, here)]:
        one.send(one.tone.audio, "microphone")
        one.send(one.picture.video, "camera")
        one.receive(other, "microphone")
        one.receive(other, "camera")
        await one.negotiate()
    await asked(HOST, "PUT", "/stage/programme")
    seen = {"host": await host.heard(2), "guest": await guest.heard(2)}
    # The host shows a screen as well: both offer again.
    screen = MediaPlayer("testsrc2=s=640x360:r=10", format="lavfi")
    host.send(screen.video, "screen")
    await host.negotiate()
    guest.receive(here, "screen")
    await guest.negotiate()
    seen["guest"] += await guest.heard(1)
    for _ in range(600):
        stream = await asked(HOST, "GET")
        if stream["status"] == "live":
            break
        await asyncio.sleep(0.1)
    print(json.dumps(seen), flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await asked(HOST, "DELETE", "/stage/programme")
    for one in (host, guest):
        await one.peer.close()


asyncio.run(main())
