import { describe, expect, it } from 'vitest';
import { chapterMistakes, chaptersOf, clockMs, msOf, rowsOf, runningAt } from './chapters';

describe('positions', () => {
	it.each([
		['90', 90_000],
		['1:30', 90_000],
		['01:30.5', 90_500],
		['1:02:03,25', 3_723_250],
		['90:00', 5_400_000]
	])('%s is %i ms', (text, ms) => expect(msOf(text)).toBe(ms));
	it.each(['', 'soon', '1:75', '1:75:00', '-3', '1:2:3:4'])('%s is none', (text) =>
		expect(msOf(text)).toBeUndefined()
	);
	it.each([0, 5_000, 90_500, 3_723_250, 36_000_001])('%i there and back', (ms) =>
		expect(msOf(clockMs(ms))).toBe(ms)
	);
});

it('puts chapters in the order of the film', () => {
	const rows = [
		...rowsOf([{ start_ms: 60_000, title: 'Two' }]),
		{ key: 9, start: '0:00', title: ' One ' },
		{ key: 10, start: 'x', title: 'Nowhere' }
	];
	expect(chaptersOf(rows)).toEqual([
		{ start_ms: 0, title: 'One' },
		{ start_ms: 60_000, title: 'Two' }
	]);
});

it('says what is wrong with which', () =>
	expect(
		chapterMistakes(
			[
				{ key: 1, start: '0', title: 'Fine' },
				{ key: 2, start: 'x', title: 'Odd' },
				{ key: 3, start: '0:00', title: 'Twice' },
				{ key: 4, start: '2:00', title: 'Late' },
				{ key: 5, start: '0:10', title: ' ' }
			],
			100_000
		)
	).toEqual({
		2: 'A time such as 1:30, please.',
		3: 'Another chapter begins there already.',
		4: 'The film is over by then.',
		5: 'Give it a name.'
	}));

it('knows which chapter runs', () => {
	const chapters = [
		{ start_ms: 1000, title: 'a' },
		{ start_ms: 5000, title: 'b' }
	];
	expect(runningAt(chapters, 0)).toBe(-1);
	expect(runningAt(chapters, 4999)).toBe(0);
	expect(runningAt(chapters, 5000)).toBe(1);
});
