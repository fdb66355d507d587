import { describe, expect, it } from 'vitest';
import { codecName, levelName, parseTime } from './words';

it.each([
	[1920, 1080, '', '1080p'],
	[1920, 1080, '1080p', '1080p'],
	[1080, 1920, '', '1080p'],
	[3840, 2160, '', '4K'],
	[1920, 800, '1080p', '1080p'],
	[426, 240, 'v0', '240p'],
	[0, 0, '', 'Only one']
])('%ix%i %s is called %s', (w, h, name, called) => expect(levelName(w, h, name)).toBe(called));

it.each([
	['avc1.640028', 'H.264'],
	['hvc1.1.6.L120', 'HEVC'],
	['av01.0.08M.08', 'AV1'],
	['vp09.00.10.08', 'VP9'],
	['mp4a.40.2', 'AAC'],
	['xyz1', 'xyz1'],
	[null, '']
])('%s', (codec, name) => expect(codecName(codec)).toBe(name));

describe('parseTime', () => {
	it.each([
		['90', 90],
		['90.5', 90.5],
		['90s', 90],
		['1m30s', 90],
		['1h2m3s', 3723],
		['2h', 7200],
		['1:30', 90],
		['1:02:03', 3723],
		['', null],
		['soon', null],
		['-5', null],
		['1h2x', null],
		[null, null]
	])('%s', (text, seconds) => expect(parseTime(text)).toBe(seconds));
});
