import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api/problem';
import { chatRefusal, dayAndHour, leftUntil, onAirFor, short, soon, watchingNow } from './words';

const NOW = new Date('2026-11-21T12:00:00').getTime();
const after = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

describe('a countdown', () => {
	it('counts days, hours, minutes and seconds', () =>
		expect(leftUntil(after(2 * 86_400 + 3 * 3600 + 4 * 60 + 5), NOW)).toEqual({
			days: 2,
			hours: 3,
			minutes: 4,
			seconds: 5,
			over: false
		}));
	it('ends, and never goes below nothing', () => {
		expect(leftUntil(after(0), NOW).over).toBe(true);
		expect(leftUntil(after(-90), NOW)).toMatchObject({ minutes: 0, seconds: 0, over: true });
		expect(leftUntil('nonsense', NOW).over).toBe(true);
	});
	it('shows the last second until it is over', () =>
		expect(leftUntil(after(0.4), NOW)).toMatchObject({ seconds: 1, over: false }));
});

it.each([
	[-5, 'any moment'],
	[20, 'in less than a minute'],
	[61, 'in 1 min'],
	[2 * 3600 + 300, 'in 2 h 5 min'],
	[3 * 86_400 + 5, 'in 3 days']
])('%d seconds on is %s', (seconds, words) => expect(soon(after(seconds), NOW)).toBe(words));

it('says the day', () => {
	expect(dayAndHour(after(8 * 3600), NOW)).toBe('Today, 20:00');
	expect(dayAndHour(after(32 * 3600), NOW)).toBe('Tomorrow, 20:00');
	expect(dayAndHour(after(56 * 3600), NOW)).toMatch(/^Mon,? 23 Nov, 20:00$/);
	expect(dayAndHour('nonsense', NOW)).toBe('');
});

it('knows how long it has been on the air', () => {
	expect(onAirFor({ started_at: after(-90) }, NOW)).toBe(90);
	expect(onAirFor({ started_at: null }, NOW)).toBe(0);
});

it('counts viewers', () => {
	expect(short(999)).toBe('999');
	expect(short(1240)).toBe('1.2K');
	expect(watchingNow(1)).toBe('1 watching');
	expect(watchingNow(1500)).toBe('1,500 watching');
});

describe('a refused message', () => {
	const refused = (
		status: number,
		type: string,
		detail = 'because',
		after: number | null = null
	): ApiError => new ApiError(status, 'no', detail, [], `/problems/${type}`, {}, after);
	it('waits as long as the server says', () => {
		const { text, wait } = chatRefusal(refused(429, 'chat-too-fast', 'Wait.', 8), 10);
		expect(wait).toBe(8);
		expect(text).toBe('Slow mode is on: one message every 10 seconds.');
	});
	it('waits a moment where the server says nothing', () =>
		expect(chatRefusal(refused(429, 'chat-too-fast')).wait).toBe(5));
	it('knows a ban from a pause', () => {
		expect(chatRefusal(refused(403, 'chat-banned', 'You may not write here.')).text).toMatch(
			/closed this chat/
		);
		const until = 'You may not write here until 2026-11-21T12:10:00Z.';
		expect(chatRefusal(refused(403, 'chat-banned', until)).text).toMatch(/pause until \d\d:10\.$/);
	});
	it('says what the server says otherwise', () =>
		expect(chatRefusal(refused(403, 'forbidden'))).toEqual({ text: 'because', wait: 0 }));
});
