/** One picture of a storyboard: a rectangle of a sprite, shown for a span of the video. */
export interface Frame {
	start: number;
	end: number;
	url: string;
	x: number;
	y: number;
	w: number;
	h: number;
}

const TIMES = /^((?:\d+:)?\d{1,2}:\d{2}\.\d{3})\s+-->\s+((?:\d+:)?\d{1,2}:\d{2}\.\d{3})/;

const seconds = (stamp: string): number =>
	stamp.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);

/** Reads a storyboard's WebVTT. Addresses in it are relative to `base`; broken cues are left out. */
export function parseStoryboard(vtt: string, base: string): Frame[] {
	const frames: Frame[] = [];
	for (const block of vtt.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
		const lines = block.split('\n');
		const at = lines.findIndex((line) => TIMES.test(line));
		const times = TIMES.exec(lines[at] ?? '');
		const target = lines[at + 1]?.trim();
		if (!times?.[1] || !times[2] || !target) continue;
		const box = /#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)$/.exec(target);
		if (!box) continue;
		const [x, y, w, h] = box.slice(1).map(Number) as [number, number, number, number];
		const url = new URL(target.slice(0, box.index), base).href;
		frames.push({ start: seconds(times[1]), end: seconds(times[2]), url, x, y, w, h });
	}
	return frames;
}

/** Fetches a storyboard; none rather than a failure, since a video does well without. */
export async function fetchStoryboard(url: string): Promise<Frame[]> {
	try {
		const response = await fetch(url);
		if (!response.ok) return [];
		return parseStoryboard(await response.text(), new URL(url, location.href).href);
	} catch {
		return [];
	}
}
