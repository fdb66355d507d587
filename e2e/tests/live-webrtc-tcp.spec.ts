import { spawn } from 'node:child_process';
import { chromium, expect, test } from '@playwright/test';
import { House, asTheyCome } from '../support/house.ts';
import { freePort } from '../support/server.ts';

interface Stream {
  id: string;
  stream_key: string;
  whep_url: string | null;
}

interface Seen {
  protocol: string;
  frames: number;
  heard: number;
}

test('whoever is behind a network without UDP watches and hears by TCP', async () => {
  const rtmp = await freePort();
  const house = await House.open({ ...asTheyCome, RTMP_SERVER_PORT: String(rtmp), WEBRTC_UDP_PORT: String(await freePort()) });
  const { id, stream_key } = await house.ask<Stream>('POST', '/api/streams', { title: 'By any way' });
  const source = ['-re', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=25', '-f', 'lavfi', '-i', 'sine=f=440:r=44100'];
  const coding = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '0', '-g', '25', '-pix_fmt', 'yuv420p', '-c:a', 'aac'];
  const to = ['-f', 'flv', `rtmp://127.0.0.1:${rtmp}/live/${stream_key}`];
  const encoder = spawn('ffmpeg', ['-nostdin', '-v', 'error', ...source, ...coding, ...to], { stdio: ['ignore', 'ignore', 'inherit'] });
  // This browser sends no UDP, as if its network let none through.
  const browser = await chromium.launch({
    executablePath: test.info().project.use.launchOptions?.executablePath,
    args: [...(test.info().project.use.launchOptions?.args ?? []), '--webrtc-ip-handling-policy=disable_non_proxied_udp']
  });
  try {
    const state = (): Promise<Stream> => house.ask<Stream>('GET', `/api/streams/${id}`);
    await expect.poll(async () => (await state()).whep_url, { timeout: 60_000 }).toBeTruthy();
    const whep = (await state()).whep_url as string;
    const page = await browser.newPage();
    await page.goto(house.url);
    await page.evaluate(async (url) => {
      const peer = new RTCPeerConnection();
      Object.assign(window, { peer });
      // What nobody plays is not decoded.
      peer.ontrack = ({ track }) => {
        const player = document.body.appendChild(document.createElement(track.kind === 'audio' ? 'audio' : 'video'));
        player.srcObject = new MediaStream([track]);
        void player.play();
      };
      peer.addTransceiver('video', { direction: 'recvonly' });
      peer.addTransceiver('audio', { direction: 'recvonly' });
      await peer.setLocalDescription(await peer.createOffer());
      const answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/sdp' },
        body: peer.localDescription?.sdp
      });
      if (answer.status !== 201) throw new Error(await answer.text());
      await peer.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    }, whep);
    const seen = (): Promise<Seen> =>
      page.evaluate(async () => {
        const { peer } = window as unknown as { peer: RTCPeerConnection };
        const seen = { protocol: '', frames: 0, heard: 0 };
        const all = [...(await peer.getStats()).values()] as Record<string, unknown>[];
        for (const one of all) {
          if (one.type === 'candidate-pair' && one.state === 'succeeded' && one.nominated)
            seen.protocol = String(all.find(({ id }) => id === one.localCandidateId)?.protocol);
          if (one.type === 'inbound-rtp' && one.kind === 'video') seen.frames = Number(one.framesDecoded);
          if (one.type === 'inbound-rtp' && one.kind === 'audio') seen.heard = Number(one.totalAudioEnergy);
        }
        return seen;
      });
    await expect.poll(async () => (await seen()).frames, { timeout: 60_000 }).toBeGreaterThan(50);
    expect((await seen()).protocol).toBe('tcp');
    // The encoder sends AAC: it is heard as Opus.
    await expect.poll(async () => (await seen()).heard, { timeout: 60_000 }).toBeGreaterThan(0);
  } finally {
    encoder.kill('SIGKILL');
    await browser.close();
    await house.close();
  }
});
