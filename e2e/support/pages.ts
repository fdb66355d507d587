import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';

const modules = join(import.meta.dirname, '../node_modules');

/** The three players, each as the package ships it, and the lines that start it on `src`. */
const players = {
  'hls.js': {
    script: 'hls.js/dist/hls.min.js',
    start: `
      const hls = new Hls({ debug: false, ...(session ? { cmcd: { sessionId: session, contentId: 'film' } } : {}) });
      hls.on(Hls.Events.ERROR, (_, data) => { if (data.fatal) fail(data.type + ' ' + data.details + ' ' + (data.error?.message ?? '')); });
      hls.loadSource(src);
      hls.attachMedia(video);
      window.heights = () => hls.levels.map((level) => level.height);
      window.choose = (height) => { hls.nextLevel = hls.levels.findIndex((level) => level.height === height); };`
  },
  shaka: {
    script: 'shaka-player/dist/shaka-player.compiled.js',
    start: `
      shaka.polyfill.installAll();
      const player = new shaka.Player();
      if (session) player.configure({ cmcd: { enabled: true, sessionId: session, contentId: 'film', version } });
      player.addEventListener('error', (event) => fail('shaka ' + event.detail.code + ' ' + JSON.stringify(event.detail.data)));
      player.attach(video).then(() => player.load(src)).then(() => video.play()).catch((error) => fail('shaka ' + error.code + ' ' + error.message));
      window.heights = () => player.getVariantTracks().map((track) => track.height);
      window.choose = (height) => {
        player.configure({ abr: { enabled: false } });
        player.selectVariantTrack(player.getVariantTracks().find((track) => track.height === height), true);
      };`
  },
  'dash.js': {
    script: 'dashjs/dist/modern/umd/dash.all.min.js',
    start: `
      const player = dashjs.MediaPlayer().create();
      if (session) player.updateSettings({ streaming: { cmcd: { enabled: true, sid: session, cid: 'film', mode: 'query', version } } });
      player.on(dashjs.MediaPlayer.events.ERROR, (event) => fail('dash.js ' + event.error?.code + ' ' + event.error?.message));
      player.initialize(video, src, true);
      window.heights = () => player.getRepresentationsByType('video').map((one) => one.height);
      window.choose = (height) => {
        player.updateSettings({ streaming: { abr: { autoSwitchBitrate: { video: false } }, buffer: { fastSwitchEnabled: true } } });
        const wanted = player.getRepresentationsByType('video').find((one) => one.height === height);
        player.setRepresentationForTypeById('video', wanted.id, true);
      };`
  }
} as const;

export type PlayerName = keyof typeof players;

const page = (name: PlayerName): string => `<!doctype html>
<title>${name}</title>
<video id="video" muted autoplay playsinline width="640"></video>
<script src="/player.js?${name}"></script>
<script>
  const video = document.getElementById('video');
  const src = new URLSearchParams(location.search).get('src');
  // Whether it says beside its requests how it fares (CMCD), in which session and which version.
  const session = new URLSearchParams(location.search).get('session');
  const version = Number(new URLSearchParams(location.search).get('version') ?? 1);
  window.failure = null;
  const fail = (reason) => { window.failure ??= String(reason); };
  window.onerror = (message) => fail(message);
  ${players[name].start}
</script>`;

/** A little site on another origin than Matinee's, with a page for each player: `/hls.js?src=…`, `/shaka?…`, `/dash.js?…`; with `session=…` they send CMCD. */
export class PlayerPages {
  private constructor(
    readonly url: string,
    private readonly server: Server
  ) {}

  static async start(): Promise<PlayerPages> {
    const server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://localhost');
      if (url.pathname === '/player.js') {
        const name = decodeURIComponent(url.search.slice(1)) as PlayerName;
        void readFile(join(modules, players[name].script)).then((script) => {
          response.setHeader('content-type', 'text/javascript');
          response.end(script);
        });
        return;
      }
      const name = url.pathname.slice(1);
      if (!(name in players)) {
        response.statusCode = 404;
        response.end();
        return;
      }
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(page(name as PlayerName));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    return new PlayerPages(`http://127.0.0.1:${address.port}`, server);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}
