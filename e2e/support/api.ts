import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';

/** The fields of a video that the tests look at. */
export interface Video {
  id: string;
  title: string;
  is_processed: boolean;
  processing_status: 'pending' | 'processing' | 'completed' | 'failed' | 'canceled';
  processing_error: string | null;
  duration: number | null;
  duration_ms: number | null;
  resolution: string | null;
  width: number | null;
  height: number | null;
  file_size: number;
  hls_url: string | null;
  dash_url: string | null;
  stream_url: string | null;
  poster_url: string | null;
  storyboard_url: string | null;
  thumbnails: { url: string }[];
  subtitles: { url: string; language: string }[];
  renditions: { id: string; name: string; kind: 'video' | 'audio'; codec: string; height: number | null; is_source: boolean }[];
  non_standard_input_reasons: string[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { field: string; reason: string }[];
}

/** Uploads a file through the multipart form and returns the answer as it came. */
export async function uploadRaw(base: string, path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
  const form = new FormData();
  for (const [name, value] of Object.entries({ title: basename(path), is_public: 'true', ...fields })) form.append(name, value);
  form.append('file', await openAsBlob(path), basename(path));
  return fetch(`${base}/api/videos/upload`, { method: 'POST', body: form, headers });
}

/** Uploads a file and returns the video that it became. */
export async function upload(base: string, path: string, fields: Record<string, string> = {}): Promise<Video> {
  const answer = await uploadRaw(base, path, fields);
  if (answer.status !== 201) throw new Error(`upload: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Video;
}

export async function getVideo(base: string, id: string): Promise<Video> {
  const answer = await fetch(`${base}/api/videos/${id}`);
  if (!answer.ok) throw new Error(`GET video: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Video;
}

/** Waits until the video satisfies `done`; a failed processing ends the waiting at once. */
export async function until(base: string, id: string, done: (video: Video) => boolean, seconds = 100): Promise<Video> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const video = await getVideo(base, id);
    if (done(video)) return video;
    if (video.processing_status === 'failed') throw new Error(`processing failed: ${video.processing_error}`);
    if (Date.now() > deadline) throw new Error(`still ${video.processing_status} after ${seconds} s: ${JSON.stringify(video)}`);
    await new Promise((wake) => setTimeout(wake, 150));
  }
}

export const playable = (video: Video): boolean => video.is_processed;
export const completed = (video: Video): boolean => video.processing_status === 'completed';
export const settled = (video: Video): boolean => ['completed', 'failed', 'canceled'].includes(video.processing_status);

