"""Publishes and watches by WebRTC, as any client of WHIP (RFC 9725) and WHEP does.

    webrtc.py publish URL KEY       publishes a test picture and tone until its input ends
    webrtc.py watch URL FRAMES      prints what it has seen and heard after so many pictures
"""

import asyncio
import json
import sys
import time
import urllib.request
from array import array
from urllib.parse import urljoin

from aiortc import RTCPeerConnection, RTCRtpSender, RTCSessionDescription
from aiortc.contrib.media import MediaPlayer


def post(url, offer, key=None):
    headers = {"content-type": "application/sdp"}
    if key:
        headers["authorization"] = f"Bearer {key}"
    request = urllib.request.Request(url, data=offer.encode(), headers=headers, method="POST")
    with urllib.request.urlopen(request) as answer:
        assert answer.status == 201, answer.status
        return answer.headers["location"], answer.read().decode()


def delete(url):
    with urllib.request.urlopen(urllib.request.Request(url, method="DELETE")) as answer:
        assert answer.status == 200, answer.status


async def negotiate(peer, url, key=None):
    await peer.setLocalDescription(await peer.createOffer())
    location, answer = await asyncio.to_thread(post, url, peer.localDescription.sdp, key)
    await peer.setRemoteDescription(RTCSessionDescription(sdp=answer, type="answer"))
    return urljoin(url, location)


def only_h264(transceiver):
    codecs = RTCRtpSender.getCapabilities("video").codecs
    transceiver.setCodecPreferences([codec for codec in codecs if codec.mimeType == "video/H264"])


async def publish(url, key):
    peer = RTCPeerConnection()
    pictures = MediaPlayer("testsrc2=s=320x240:r=25", format="lavfi")
    tone = MediaPlayer("sine=r=48000", format="lavfi")
    only_h264(peer.addTransceiver(pictures.video, direction="sendonly"))
    peer.addTransceiver(tone.audio, direction="sendonly")
    session = await negotiate(peer, url, key)
    print(session, flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await asyncio.to_thread(delete, session)
    await peer.close()


async def heard(track):
    """The rate of the sound, and its pitch: how often a second it goes from below to above nothing."""
    rate, up, samples, before = 0, 0, 0, 0
    # What comes first may be silence that was made up for what had not come.
    for nth in range(100):
        frame = await track.recv()
        rate = frame.sample_rate
        if nth < 50:
            continue
        channels = len(frame.layout.channels)
        numbers = array("h", bytes(frame.planes[0])[: frame.samples * channels * 2])
        for sample in numbers[::channels]:
            up += before < 0 <= sample
            samples += 1
            before = sample
    return {"rate": rate, "hertz": up * rate / samples}


async def watch(url, frames):
    peer = RTCPeerConnection()
    tracks = asyncio.Queue()
    peer.on("track", tracks.put_nowait)
    only_h264(peer.addTransceiver("video", direction="recvonly"))
    peer.addTransceiver("audio", direction="recvonly")
    began = time.monotonic()
    session = await negotiate(peer, url)
    seen = {}
    for track in [await tracks.get(), await tracks.get()]:
        seen[track.kind] = track
    first = await seen["video"].recv()
    report = {"first_s": time.monotonic() - began, "width": first.width, "height": first.height}
    for _ in range(frames):
        await seen["video"].recv()
    report |= await heard(seen["audio"])
    print(json.dumps(report), flush=True)
    await asyncio.to_thread(delete, session)
    await peer.close()


if __name__ == "__main__":
    what, url, last = sys.argv[1:]
    asyncio.run(publish(url, last) if what == "publish" else watch(url, int(last)))
