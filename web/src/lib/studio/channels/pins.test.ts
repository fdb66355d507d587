import { describe, expect, it } from 'vitest';
import { clockOf, freeFrom, isPin, minutesOf, pinOf } from './pins';

describe('times of day', () => {
	it('go there and back, in steps, within the day', () => {
		expect(minutesOf('20:15')).toBe(1215);
		expect(clockOf(1215)).toBe('20:15');
		expect(clockOf(1217)).toBe('20:15');
		expect(clockOf(1218)).toBe('20:20');
		expect(clockOf(-5)).toBe('00:00');
		expect(clockOf(5000)).toBe('23:55');
		expect(minutesOf('')).toBe(0);
	});
	it('are free after what stands there already', () => {
		const pins = [
			{ at: 1200, length: 92 },
			{ at: 1295, length: 30 }
		];
		expect(freeFrom(1140, pins)).toBe(1140);
		expect(freeFrom(1200, pins)).toBe(1325);
		expect(freeFrom(1439, [{ at: 1400, length: 200 }])).toBe(1435);
	});
});

describe('a pin', () => {
	it('is one video on one date, with a name of its own', () => {
		const pin = pinOf('video_1', 'Laura', '2026-11-22', '20:15', []);
		expect(isPin(pin, '2026-11-22')).toBe(true);
		expect(isPin(pin, '2026-11-23')).toBe(false);
		expect(isPin({ ...pin, kind: 'live' }, '2026-11-22')).toBe(false);
		expect(pinOf('video_1', 'Laura', '2026-11-22', '22:00', [pin.name]).name).toBe(
			'Laura 2026-11-22 (2)'
		);
	});
});
