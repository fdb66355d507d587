import { describe, expect, it } from 'vitest';
import { loudness } from './mixer';

describe('loudness', () => {
	it('goes from silence to as loud as it gets', () => {
		expect(loudness(new Float32Array(64))).toBe(0);
		expect(loudness(new Float32Array(64).fill(1))).toBe(1);
		expect(loudness(new Float32Array(0))).toBe(0);
	});
	it('counts as ears do: a tenth of the swing is a third of the way down', () => {
		expect(loudness(new Float32Array(64).fill(0.1))).toBeCloseTo(2 / 3, 5);
	});
});
