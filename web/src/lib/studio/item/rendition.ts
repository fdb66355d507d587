import type { Manifest, Rendition } from '$lib/api/types';
import { bitrate, bytes, language } from '$lib/format';
import { codecName } from '$lib/player/words';

type Segment = Manifest['variants'][number]['segments'][number];

/** All that is known of a rendition, in words. */
export function renditionFacts(one: Rendition): { name: string; value: string }[] {
	const rate = one.frame_rate ? `${Math.round(one.frame_rate * 1000) / 1000} frames a second` : '';
	return [
		{ name: 'Kind', value: one.kind === 'video' ? 'Picture' : 'Sound' },
		{ name: 'Codec', value: `${codecName(one.codec)} (${one.codec})` },
		{ name: 'Picture', value: one.width && one.height ? `${one.width} × ${one.height}` : '' },
		{ name: 'Rate', value: rate },
		{ name: 'Channels', value: one.channels?.toString() ?? '' },
		{ name: 'Language', value: one.language ? language(one.language) : '' },
		{ name: 'Name in the menu', value: one.label ?? '' },
		{ name: 'Bit rate', value: one.bitrate ? bitrate(one.bitrate * 1000) : '' },
		{ name: 'Size', value: bytes(one.size_bytes) },
		{ name: 'Identifier', value: one.id }
	].filter(({ value }) => value !== '');
}

/** What a rendition's segments come to; nothing where there are none. */
export function segmentFacts(segments: Segment[]):
	| {
			count: number;
			seconds: number;
			longest: number;
			largest: number;
			/** The most bits a second of any segment. */
			peak: number;
	  }
	| undefined {
	if (segments.length === 0) return undefined;
	const most = (of: (one: Segment) => number): number =>
		segments.reduce((highest, one) => Math.max(highest, of(one)), 0);
	return {
		count: segments.length,
		seconds: segments.reduce((all, { duration }) => all + duration, 0),
		longest: most(({ duration }) => duration),
		largest: most(({ size_bytes }) => size_bytes),
		peak: most(({ size_bytes, duration }) => (duration > 0 ? (size_bytes * 8) / duration : 0))
	};
}
