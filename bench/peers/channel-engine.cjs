// Eyevinn's channel engine with so many channels, each of which plays the same VODs over and over.
//   NODE_PATH=… node channel-engine.cjs PORT CHANNELS VOD…
const restify = require('restify');

// The restify that is installed with it takes no async handlers of three arguments, which the engine has.
const create = restify.createServer;
restify.createServer = (options) => {
  const server = create(options);
  const get = server.get.bind(server);
  server.get = (path, handler) =>
    get(path, (request, response, next) => {
      handler(request, response, next);
    });
  return server;
};
const ChannelEngine = require('eyevinn-channel-engine');

const [port, count, ...vods] = process.argv.slice(2);
const profile = [
  { bw: 6134000, codecs: 'avc1.4d001f,mp4a.40.2', resolution: [1024, 458] },
  { bw: 2323000, codecs: 'avc1.4d001f,mp4a.40.2', resolution: [640, 286] },
  { bw: 1313000, codecs: 'avc1.4d001f,mp4a.40.2', resolution: [480, 214] }
];
const next = new Map();
const assets = {
  async getNextVod({ playlistId }) {
    const at = next.get(playlistId) ?? 0;
    next.set(playlistId, at + 1);
    return { id: at + 1, title: `Film ${at}`, uri: vods[at % vods.length] };
  }
};
const channels = {
  getChannels: () => Array.from({ length: Number(count) }, (_, n) => ({ id: `${n + 1}`, profile }))
};
const engine = new ChannelEngine(assets, {
  heartbeat: '/',
  averageSegmentDuration: 4000,
  channelManager: channels
});
engine.start();
engine.listen(Number(port));
