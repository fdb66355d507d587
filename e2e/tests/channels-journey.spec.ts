/**
 * A stretch of a channel of twenty-second films with something between each two, while it is on the
 * air, by four kinds of players. Time goes by eight times as fast on it (`CHANNEL_CLOCK_SPEED`), and
 * browsers play it so; four minutes are enough for every change. `MATINEE_TEST_JOURNEY_MINUTES=60`
 * (`make journey`) is the whole hour.
 *
 * Every picture says which film it is of and which second of it, in eight boxes that are read back
 * from the players and held against what the channel says it aired.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { completed, until, upload } from '../support/api.ts';
import { expect, test as base } from '../support/fixtures.ts';
import { made } from '../support/media.ts';
import { Server } from '../support/server.ts';

const MINUTES = Number(process.env.MATINEE_TEST_JOURNEY_MINUTES ?? 4);
const SPEED = 8;
/** A browser is a little slower than the channel, so that it never comes to the end of what is there. */
const RATE = 7;
const FILMS = 6;
const FILM_S = 20;
/** What stands between the films: three bits are enough for all. */
const HOUSE = 7;
const HOUSE_S = 8;
const FPS = 10;
const modules = join(import.meta.dirname, '../node_modules');

/** A film in whose every picture its number stands, and the second. */
function stamped(film: number, seconds: number): Promise<string> {
  const boxes = [0, 1, 2, 3, 4, 5, 6, 7].map((bit) => {
    const box = `drawbox=x=${40 * bit}:y=60:w=40:h=60:color=white:t=fill`;
    if (bit < 3) return (film >> bit) & 1 ? box : 'null';
    return `${box}:enable='mod(floor(floor(t)/${2 ** (bit - 3)}),2)'`;
  });
  return made(`stamped-${film}-${seconds}-${FPS}.mp4`, [
    ...['-f', 'lavfi', '-i', `color=c=0x202020:size=320x180:rate=${FPS}:duration=${seconds},${boxes.join(',')}`],
    ...['-f', 'lavfi', '-i', `sine=frequency=${200 + 100 * film}:sample_rate=48000:duration=${seconds}`],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-g', String(2 * FPS), '-keyint_min', String(2 * FPS)],
    ...['-sc_threshold', '0', '-c:a', 'aac', '-ac', '2', '-movflags', '+faststart']
  ]);
}

/** What the boxes of a picture say. */
interface Stamp {
  film: number;
  second: number;
}
const stampOf = (boxes: number[]): Stamp => {
  const bit = (n: number): number => ((boxes[n] ?? 0) > 128 ? 1 : 0);
  return { film: bit(0) + 2 * bit(1) + 4 * bit(2), second: [3, 4, 5, 6, 7].reduce((sum, n) => sum + bit(n) * 2 ** (n - 3), 0) };
};

interface Slot {
  start: string;
  end: string;
  video_id: string | null;
  kind: string;
}

class Journey {
  constructor(
    readonly server: Server,
    readonly channel: string,
    readonly films: Map<string, number>
  ) {}

  /** What time it is on the channel. */
  async now(): Promise<number> {
    const play = (await (await fetch(`${this.server.url}/api/channel/play/1`)).json()) as { server_time: string };
    return Date.parse(play.server_time);
  }

  async slots(from: number, to: number): Promise<Slot[]> {
    const answer = await fetch(`${this.server.url}/api/channels/1/as-run?from=${from}&to=${to}`);
    return ((await answer.json()) as { slots: Slot[] }).slots;
  }

  url(file: string, from: number, to: number): string {
    return `${this.server.url}/media/channels/${this.channel}/${file}?from=${from}&until=${to}`;
  }

  /** When the first segment of a stretch begins. */
  async begins(from: number, to: number): Promise<number> {
    const text = await (await fetch(this.url('video/360p.m3u8', from, to))).text();
    return Date.parse(/PROGRAM-DATE-TIME:(.*)/.exec(text)?.[1] ?? '');
  }

  /** Which film the channel says it aired at an instant, and which second of it; none near a change. */
  said(slots: Slot[], at: number): Stamp | undefined {
    const slot = slots.find((one) => Date.parse(one.start) <= at && at < Date.parse(one.end));
    const film = slot?.video_id ? this.films.get(slot.video_id) : undefined;
    if (!slot || film === undefined) return undefined;
    const into = (at - Date.parse(slot.start)) / 1000;
    const within = into % 1;
    return within > 0.2 && within < 0.8 ? { film, second: Math.floor(into) } : undefined;
  }
}

const test = base.extend<object, { journey: Journey }>({
  journey: [
    async ({}, use) => {
      const server = await Server.start({ CHANNEL_CLOCK_SPEED: String(SPEED) });
      const films = new Map<string, number>();
      const sent = [...Array(FILMS).keys()].map((film) => ({ film, seconds: FILM_S, genre: 'Journey' }));
      for (const { film, seconds, genre } of [...sent, { film: HOUSE, seconds: HOUSE_S, genre: 'House' }]) {
        const video = await upload(server.url, await stamped(film, seconds), { title: `Film ${film}`, genre });
        films.set(video.id, film);
      }
      for (const id of films.keys()) await until(server.url, id, completed, 120);
      const made = await fetch(`${server.url}/api/channels`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({
          number: 1,
          name: 'Journey',
          rules: { genres: ['Journey'] },
          idents: { source: { rules: { genres: ['House'] } }, every: 1 }
        })
      });
      expect(made.status, await made.clone().text()).toBe(201);
      await use(new Journey(server, ((await made.json()) as { id: string }).id, films));
      await server.stop();
    },
    { scope: 'worker', timeout: 240_000 }
  ]
});
test.use({ bypassCSP: true });

const wait = (ms: number): Promise<void> => new Promise((wake) => setTimeout(wake, ms));

/** A page that plays it from its beginning, and notes each picture that it shows. */
async function watch(page: Page, player: 'hls.js' | 'shaka', url: string, now: number): Promise<void> {
  await page.goto(`${new URL(url).origin}/health/live`);
  await page.setContent('<!doctype html><title>journey</title><video muted playsinline width="320" height="180"></video>');
  const file = player === 'hls.js' ? 'hls.js/dist/hls.min.js' : 'shaka-player/dist/shaka-player.compiled.js';
  // The page's clock goes as fast as the channel's: Shaka believes in nothing that lies ahead of it.
  await page.evaluate(
    ({ now, speed }) => {
      const began = performance.now();
      Date.now = () => now + (performance.now() - began) * speed;
    },
    { now, speed: SPEED }
  );
  await page.addScriptTag({ path: join(modules, file) });
  await page.evaluate(
    async ({ player, url, rate }) => {
      const seen = { failure: null as string | null, stalls: [] as string[], late: [] as string[], ended: false, begun: false, stamps: [] as { time: number; boxes: number[] }[] };
      const all = window as unknown as { seen: typeof seen; Hls: never; shaka: never };
      all.seen = seen;
      const video = document.querySelector('video') as HTMLVideoElement;
      const fail = (why: string): void => {
        seen.failure ??= why;
      };
      const where = (): string => {
        const { buffered } = video;
        const ranges = [...Array(buffered.length).keys()].map((n) => `${buffered.start(n)}–${buffered.end(n)}`);
        return `at ${video.currentTime} of ${ranges.join(', ')}`;
      };
      const canvas = new OffscreenCanvas(8, 1).getContext('2d', { willReadFrequently: true }) as OffscreenCanvasRenderingContext2D;
      const note = (): void => {
        // The picture and its time are of one frame: while this waits for its turn the player goes on.
        const frame = new VideoFrame(video);
        canvas.drawImage(frame, 0, 60 * (video.videoHeight / 180), video.videoWidth, 60 * (video.videoHeight / 180), 0, 0, 8, 1);
        const { data } = canvas.getImageData(0, 0, 8, 1);
        seen.stamps.push({ time: frame.timestamp / 1e6, boxes: [0, 1, 2, 3, 4, 5, 6, 7].map((n) => data[4 * n] ?? 0) });
        frame.close();
        video.requestVideoFrameCallback(note);
      };
      video.requestVideoFrameCallback(note);
      video.addEventListener('playing', () => (seen.begun = true));
      video.addEventListener('waiting', () => {
        const { buffered, currentTime } = video;
        const ahead = [...Array(buffered.length).keys()].some((n) => buffered.start(n) <= currentTime && currentTime + 5 < buffered.end(n));
        // At seven times the speed a busy machine is late with what is there; what is not there is a stall.
        if (seen.begun && !video.ended) (ahead ? seen.late : seen.stalls).push(where());
      });
      video.addEventListener('ended', () => (seen.ended = true));
      video.addEventListener('error', () => fail(`media ${video.error?.code} ${video.error?.message}`));
      if (player === 'hls.js') {
        // eslint-disable-next-line @typescript-eslint/no-explicit-any
        const Hls = all.Hls as any;
        const hls = new Hls({ startPosition: 0, liveMaxLatencyDuration: 86_400, liveSyncDuration: 86_000, maxBufferLength: 90, backBufferLength: 30 });
        hls.on(Hls.Events.ERROR, (_: unknown, data: { fatal: boolean; type: string; details: string }) => {
          // Before the first picture nothing stands still: a busy machine takes its time to begin.
          if (data.fatal || (data.details === 'bufferStalledError' && video.currentTime > 0)) fail(`${data.type} ${data.details} ${where()}`);
        });
        hls.loadSource(url);
        hls.attachMedia(video);
        await new Promise((loaded) => hls.once(Hls.Events.FRAG_BUFFERED, loaded));
      } else {
        // eslint-disable-next-line @typescript-eslint/no-explicit-any
        const shaka = all.shaka as any;
        shaka.polyfill.installAll();
        const one = new shaka.Player();
        one.addEventListener('error', (event: { detail: { code: number } }) => fail(`shaka ${event.detail.code}`));
        one.configure({ streaming: { bufferingGoal: 90, rebufferingGoal: 10 } });
        await one.attach(video);
        await one.load(url, 0);
      }
      await video.play();
      // Shaka takes back what it has not set itself. At nought it waits for bytes, and is left to it.
      setInterval(() => {
        if (video.playbackRate > 0 && video.playbackRate !== rate) video.playbackRate = rate;
      }, 200);
    },
    { player, url, rate: RATE }
  );
}

interface Seen {
  failure: string | null;
  stalls: string[];
  /** Where it waited for the decoder. */
  late: string[];
  ended: boolean;
  stamps: { time: number; boxes: number[] }[];
}

for (const player of ['hls.js', 'shaka'] as const) {
  test(`${player} plays ${MINUTES} minutes of a channel that goes on, without a stall @long`, async ({ page, journey }) => {
    test.setTimeout(120_000 + (MINUTES * 60_000) / 4);
    const from = await journey.now();
    const to = from + MINUTES * 60_000;
    // It plays what has been on the air for two minutes, and goes on with what comes.
    await wait(120_000 / SPEED);
    await watch(page, player, journey.url('master.m3u8', from, to), await journey.now());
    const seen = (): Promise<Seen> => page.evaluate(() => (window as unknown as { seen: Seen }).seen);
    // Where it is, if it comes no further.
    const where = (): Promise<string> =>
      page.evaluate(() => {
        const video = document.querySelector('video') as HTMLVideoElement;
        const { buffered, currentTime, duration, playbackRate, paused, readyState } = video;
        const ranges = [...Array(buffered.length).keys()].map((n) => `${buffered.start(n)}–${buffered.end(n)}`);
        return JSON.stringify({ currentTime, duration, playbackRate, paused, readyState, ranges });
      });
    const until = Date.now() + 60_000 + (MINUTES * 60_000) / 4;
    let last = '';
    for (;;) {
      const { failure, ended, stalls, late } = await seen();
      expect(failure).toBeNull();
      if (ended) break;
      const now = await where();
      expect(Date.now(), `${last} then ${now}; stalls: ${stalls.join('; ')}; late: ${late.join('; ')}`).toBeLessThan(until);
      last = now;
      await wait(1000);
    }
    const all = await seen();
    expect(all.stalls, 'stalls').toEqual([]);
    if (all.late.length) test.info().annotations.push({ type: 'late decoding', description: all.late.join('; ') });
    const begins = await journey.begins(from, to);
    const slots = await journey.slots(begins, to + 60_000);
    const first = Math.min(...all.stamps.map((one) => one.time));
    let held = 0;
    const wrong: string[] = [];
    const shown = new Set<number>();
    for (const { time, boxes } of all.stamps) {
      const at = begins + (time - (first < 1 ? 0 : first)) * 1000;
      const said = journey.said(slots, at);
      if (!said) continue;
      const is = stampOf(boxes);
      held += 1;
      shown.add(Math.floor((at - begins) / 10_000));
      if (is.film !== said.film || is.second !== said.second) wrong.push(`${time}: ${JSON.stringify({ is, said })}`);
    }
    expect(wrong.slice(0, 5), `${wrong.length} of ${held}`).toEqual([]);
    // Something of every ten seconds was seen.
    expect(shown.size).toBeGreaterThanOrEqual(MINUTES * 6 - 3);
    test.info().annotations.push({ type: 'pictures held against the as-run', description: String(held) });
  });
}

/** The stamps of a stream, one for each second, by ffmpeg; it must have nothing to say. */
async function decoded(input: string, seconds: number): Promise<Stamp[]> {
  const args = ['-nostdin', '-v', 'warning', '-i', input, '-t', String(seconds), '-an'];
  args.push('-vf', `fps=2,crop=320:60:0:60,scale=8:8:flags=area,format=gray`, '-f', 'rawvideo', '-');
  const child = spawn('ffmpeg', args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  expect(said, said.slice(0, 2000)).toBe('');
  expect(code).toBe(0);
  const bytes = Buffer.concat(chunks);
  const stamps: Stamp[] = [];
  for (let at = 0; at + 64 <= bytes.length; at += 64) stamps.push(stampOf([...bytes.subarray(at, at + 8)]));
  return stamps;
}

/** The films one after another, each with its seconds in order and none left out. */
function runs(stamps: Stamp[]): number[] {
  const films: number[] = [];
  let last: Stamp | undefined;
  for (const one of stamps) {
    if (last && one.film === last.film && one.second >= last.second) {
      expect(one.second - last.second, JSON.stringify({ last, one })).toBeLessThanOrEqual(1);
    } else {
      if (last) expect(last.second, 'played to its end').toBeGreaterThanOrEqual((last.film === HOUSE ? HOUSE_S : FILM_S) - 2);
      if (last) expect(one.second, 'from its beginning').toBeLessThanOrEqual(1);
      films.push(one.film);
    }
    last = one;
  }
  return films;
}

test('a box is sent one stream whose clock never jumps, and ffmpeg plays what was aired', async ({ journey }) => {
  test.setTimeout(120_000 + (MINUTES * 60_000) / 4);
  const from = await journey.now();
  const to = from + MINUTES * 60_000;
  const films = runs(await decoded(`${journey.server.url}/auto/v1`, MINUTES * 60));
  expect(films.length).toBeGreaterThanOrEqual((MINUTES * 60) / (FILM_S + HOUSE_S) - 1);
  const slots = await journey.slots(from - 60_000, to + 120_000);
  const aired = slots.map((slot) => journey.films.get(slot.video_id ?? '') ?? -1).join(' ');
  expect(` ${aired} `).toContain(` ${films.slice(1, -1).join(' ')} `);

  // The same as a playlist, once it has been on the air.
  await expect.poll(async () => (await journey.now()) > to + 10_000, { timeout: 60_000 }).toBe(true);
  const text = await (await fetch(journey.url('video/360p.m3u8', from, to))).text();
  expect(text).toContain('#EXT-X-ENDLIST');
  const counted = [...text.matchAll(/#EXTINF:([\d.]+)/g)].reduce((sum, one) => sum + Number(one[1]), 0);
  expect(Math.abs(counted - MINUTES * 60)).toBeLessThan(10);
});
