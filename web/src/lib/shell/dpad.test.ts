import { describe, expect, it } from 'vitest';
import { nearest, onTelevision, type Box } from './dpad';

const at = (x: number, y: number, w = 100, h = 60): Box => ({
	left: x,
	right: x + w,
	top: y,
	bottom: y + h
});

describe('nearest', () => {
	// Two rows of three cards, the lower one scrolled by half a card.
	const grid = [at(0, 0), at(120, 0), at(240, 0), at(-40, 100), at(80, 100), at(200, 100)];
	it.each([
		[1, 'ArrowRight', 2],
		[1, 'ArrowLeft', 0],
		[0, 'ArrowLeft', -1],
		[0, 'ArrowUp', -1],
		[2, 'ArrowDown', 5],
		[5, 'ArrowUp', 2]
	] as const)('from %i by %s to %i', (from, direction, to) => {
		const others = grid.map((box, index) => (index === from ? at(9999, 9999) : box));
		const found = nearest(grid[from] as Box, others, direction);
		expect(found === from ? -1 : found).toBe(to);
	});
	it('prefers what is straight ahead over what is nearer but far aside', () =>
		expect(nearest(at(0, 0), [at(400, 80), at(0, 200)], 'ArrowDown')).toBe(1));
	it('finds nothing among nothing', () => expect(nearest(at(0, 0), [], 'ArrowUp')).toBe(-1));
});

it.each([
	['Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0)', '', true],
	['Mozilla/5.0 (Web0S; Linux/SmartTV)', '', true],
	['Mozilla/5.0 (Linux; Android 9; AFTMM Build)', '', true],
	['Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0', '', false],
	['Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0', '?tv=1', true],
	['Mozilla/5.0 (X11; Linux x86_64) Chrome/150.0', '?tvshow=1', false]
])('%s%s', (agent, search, tv) => expect(onTelevision(agent, search)).toBe(tv));
