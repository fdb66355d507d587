import { expect, it } from 'vitest';
import { endsIn } from './fresh';

const now = Date.parse('2026-11-22T20:00:00Z');
const ending = (seconds: number): { end: string } => ({
	end: new Date(now + seconds * 1000).toISOString()
});

it('reads anew after the first has ended, not too often and not too seldom', () => {
	expect(endsIn([ending(30), null, ending(20)], now)).toBe(20_500);
	expect(endsIn([ending(1)], now)).toBe(8000);
	expect(endsIn([ending(3600)], now)).toBe(60_000);
	expect(endsIn([ending(-5)], now)).toBe(60_000);
	expect(endsIn([], now)).toBe(60_000);
});
