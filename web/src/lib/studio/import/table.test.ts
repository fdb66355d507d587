import { expect, it } from 'vitest';
import { outcomeOf, rowsOf, tableProblem, typeOfTable, typeOfText, type Report } from './table';

it.each([
	['films.csv', 'text/csv'],
	['films.TSV', 'text/tab-separated-values'],
	['films.json', 'application/json'],
	['films.jsonl', 'application/x-ndjson'],
	['films.xlsx', undefined]
])('%s is sent as %s', (name, type) => expect(typeOfTable(name)).toBe(type));

it.each([
	['title,year\nA,1', 'text/csv'],
	['  [{"title":"A"}]', 'application/json'],
	['{"title":"A"}', 'application/json']
])('%s is read as %s', (text, type) => expect(typeOfText(text)).toBe(type));

it.each([
	['films.csv', 10, false],
	['films.csv', 0, true],
	['films.csv', 65 << 20, true],
	['films.pdf', 10, true]
])('table %s of %s bytes', (name, size, wrong) =>
	expect(tableProblem({ name, size }) !== undefined).toBe(wrong)
);

it('shows what was refused first, and one kind alone', () => {
	const row = (line: number, outcome: string) => ({ line, outcome });
	const report = {
		report: [row(2, 'updated'), row(3, 'failed'), row(4, 'created'), row(5, 'failed')]
	} as unknown as Report;
	expect(rowsOf(report, '').map(({ line }) => line)).toEqual([3, 5, 2, 4]);
	expect(rowsOf(report, 'created').map(({ line }) => line)).toEqual([4]);
	expect(outcomeOf({ outcome: 'failed' })?.tone).toBe('bad');
});
