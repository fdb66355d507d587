import { describe, expect, it } from 'vitest';
import { change, count, levelWords, nameOf, percent, span, watched, write } from './words';

it('writes figures as people read them', () => {
	expect(count(1234)).toBe('1,234');
	expect(count(1_234_567)).toBe('1.2M');
	expect(percent(0.0229)).toBe('2.3 %');
	expect(percent(0.25)).toBe('25 %');
	expect(percent(0)).toBe('0 %');
	expect(percent(1)).toBe('100 %');
	expect(watched(0)).toBe('0 s');
	expect(watched(5400)).toBe('1 h 30 min');
	expect(watched(7_200_000)).toBe('2,000 h');
	expect(span(430.4)).toBe('430 ms');
	expect(span(1812)).toBe('1.8 s');
	expect(span(12_400)).toBe('12 s');
	expect(write(null, 'ms')).toBe('–');
});

it('says how much more', () => {
	expect(change(0.254)).toBe('+25 %');
	expect(change(-0.5)).toBe('−50 %');
	expect(change(0.001)).toBe('as before');
	expect(change(19)).toBe('20 times as much');
});

describe('nameOf', () => {
	it.each([
		['device', 'tv', 'Televisions'],
		['referrer', 'direct', 'Direct'],
		['referrer', 'example.org', 'example.org'],
		['country', 'DE', 'Germany'],
		['country', '', 'Not known'],
		['country', 'nonsense', 'nonsense'],
		['quality', '1080p', '1080p']
	] as const)('%s %s', (whom, name, expected) => expect(nameOf(whom, name)).toBe(expected));
});

it('says what is aimed at', () => {
	expect(levelWords({ name: 'startup_ms' }).aim(2000)).toContain('2 s');
	expect(levelWords({ name: 'rebuffer_ratio' }).aim(0.05)).toContain('5 %');
	expect(levelWords({ name: 'something_newer' }).label).toBe('something newer');
});
