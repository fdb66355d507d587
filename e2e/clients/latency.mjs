// Reads the clock that is painted into a broadcast back from the player of a live page.
//   node latency.mjs BASE STREAM hls SECONDS           somebody else broadcasts
//   node latency.mjs BASE STREAM webrtc SECONDS KEY    this program broadcasts by WHIP, and watches by WHEP
// Prints one line of JSON: milliseconds from painting to showing (p50, p95, max), pictures read, pictures not read.
//
// The clock: the last 24 bits of the milliseconds since 1970, the highest first, then 4 bits that are all its groups
// of four by exclusive or; white is one. Two rows of fourteen blocks, each 45 by 45 of a picture of 640 by 360.
import { existsSync } from 'node:fs';
import { chromium } from 'playwright';

const [, , base, stream, way, seconds, key] = process.argv;
const executablePath = [process.env.MATINEE_TEST_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (path) => path && existsSync(path)
);

const browser = await chromium.launch({
  executablePath,
  args: ['--autoplay-policy=no-user-gesture-required', '--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])]
});

/** Broadcasts a canvas with the clock on it. In the page. */
async function broadcast(key) {
  const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
  const context = canvas.getContext('2d');
  let turn = 0;
  const paint = () => {
    const ms = Date.now() % 2 ** 24;
    let check = 0;
    for (let group = 0; group < 6; group += 1) check ^= (ms >> (group * 4)) & 15;
    const bits = (ms * 16 + check).toString(2).padStart(28, '0');
    turn += 1;
    // Something that moves, so that the encoder has work.
    for (let y = 90; y < 360; y += 30)
      for (let x = 0; x < 640; x += 32) {
        context.fillStyle = `hsl(${(x + y * 3 + turn * 7) % 360} 60% ${30 + ((x * y + turn) % 40)}%)`;
        context.fillRect(x, y, 32, 30);
      }
    context.fillStyle = '#000';
    context.fillRect(0, 0, 640, 90);
    context.fillStyle = '#fff';
    for (let at = 0; at < 28; at += 1) if (bits[at] === '1') context.fillRect((at % 14) * 45, at < 14 ? 0 : 45, 45, 45);
  };
  paint();
  setInterval(paint, 1000 / 30);
  const sound = new AudioContext();
  const tone = sound.createOscillator();
  const out = sound.createMediaStreamDestination();
  tone.connect(out);
  tone.start();
  const [picture] = canvas.captureStream(30).getVideoTracks();
  const [voice] = out.stream.getAudioTracks();
  const media = new MediaStream([picture, voice]);
  const pc = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  pc.addTransceiver(voice, { direction: 'sendonly', streams: [media] });
  const sends = pc.addTransceiver(picture, { direction: 'sendonly', streams: [media], sendEncodings: [{ maxBitrate: 2_000_000 }] });
  const codecs = RTCRtpSender.getCapabilities('video').codecs;
  const plain = codecs.filter((one) => /h264/i.test(one.mimeType) && /packetization-mode=1;profile-level-id=42e0/.test(one.sdpFmtpLine ?? ''));
  if (plain.length === 0) throw new Error('this Chromium makes no H.264');
  sends.setCodecPreferences([...plain, ...codecs.filter((one) => /rtx/i.test(one.mimeType))]);
  await pc.setLocalDescription();
  const answer = await fetch('/whip', {
    method: 'POST',
    headers: { 'content-type': 'application/sdp', authorization: `Bearer ${key}` },
    body: pc.localDescription.sdp
  });
  if (answer.status !== 201) throw new Error(`WHIP: ${answer.status} ${await answer.text()}`);
  await pc.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
  window.sending = { pc, sound, media };
}

/** Reads the clock from every picture that is shown for so long. In the page. */
function read(seconds) {
  return new Promise((done) => {
    const video = document.querySelector('video');
    const canvas = Object.assign(document.createElement('canvas'), { width: 640, height: 360 });
    const context = canvas.getContext('2d', { willReadFrequently: true });
    const found = [];
    let bad = 0;
    const until = performance.now() + seconds * 1000;
    const look = (now, { expectedDisplayTime }) => {
      // When it is on the screen, not when one was told that it will be.
      const shown = Date.now() + Math.max(0, expectedDisplayTime - performance.now());
      context.drawImage(video, 0, 0, 640, 360);
      const { data } = context.getImageData(0, 0, 640, 90);
      let bits = 0n;
      for (let at = 0; at < 28; at += 1) {
        let sum = 0;
        for (let y = 18; y < 27; y += 2)
          for (let x = 18; x < 27; x += 2) sum += data[(((at < 14 ? 0 : 45) + y) * 640 + (at % 14) * 45 + x) * 4 + 1];
        bits = bits * 2n + (sum / 25 > 127 ? 1n : 0n);
      }
      const ms = Number(bits >> 4n);
      let check = 0;
      for (let group = 0; group < 6; group += 1) check ^= (ms >> (group * 4)) & 15;
      if (check !== Number(bits & 15n)) bad += 1;
      else found.push((((shown - ms) % 2 ** 24) + 2 ** 24) % 2 ** 24);
      if (performance.now() < until) video.requestVideoFrameCallback(look);
      else done({ found, bad });
    };
    video.requestVideoFrameCallback(look);
  });
}

try {
  if (way === 'webrtc') {
    const sender = await (await browser.newContext()).newPage();
    await sender.goto(`${base}/health/live`);
    await sender.evaluate(broadcast, key);
  }
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.addInitScript((fast) => localStorage.setItem('matinee.player', JSON.stringify({ fast, muted: true })), way === 'webrtc');
  const page = await context.newPage();
  // Whether it can be had by WebRTC is known once there is something on the air.
  for (let tries = 0; ; tries += 1) {
    const facts = await (await fetch(`${base}/api/streams/${stream}`)).json();
    if (facts.on_air && (way !== 'webrtc' || facts.whep_url)) break;
    if (tries > 300) throw new Error(`nothing is on the air: ${JSON.stringify(facts)}`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
  await page.goto(`${base}/live/${stream}`);
  await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 1 && !document.querySelector('video').paused, undefined, { timeout: 60_000 });
  // A player finds its place near the edge in its first seconds.
  await page.waitForTimeout(10_000);
  if (way === 'webrtc' && !(await page.evaluate(() => document.querySelector('video').srcObject !== null)))
    throw new Error('the page plays by HLS, not by WebRTC');
  const { found, bad } = await page.evaluate(read, Number(seconds));
  if (found.length === 0) throw new Error(`no clock could be read in ${bad} pictures`);
  found.sort((a, b) => a - b);
  const at = (part) => Math.round(found[Math.min(found.length - 1, Math.floor(part * found.length))]);
  console.log(JSON.stringify({ p50: at(0.5), p95: at(0.95), max: at(1), pictures: found.length, unread: bad }));
} finally {
  await browser.close();
}
