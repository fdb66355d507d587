import { expect, it } from 'vitest';
import { Frozen } from './frozen';

const at = (time: number, frames: number, moving = true) => ({ time, frames, moving });

it('notices a picture that stands still while the clock runs', () => {
	const frozen = new Frozen();
	expect([0, 1, 2, 2.9].map((time) => frozen.look(at(time, 50)))).not.toContain(true);
	expect(frozen.look(at(3, 50))).toBe(true);
	// The seek is given its time.
	expect(frozen.look(at(3.2, 50))).toBe(false);
});

it('leaves alone what moves, waits, is sought in or is not seen', () => {
	const frozen = new Frozen();
	for (let time = 0; time < 30; time += 1) expect(frozen.look(at(time, time * 24))).toBe(false);
	for (let time = 30; time < 60; time += 1) expect(frozen.look(at(time, 7, false))).toBe(false);
	for (let turn = 0; turn < 30; turn += 1) expect(frozen.look(at(60, 7))).toBe(false);
	// Backwards is a seek, after which it begins anew.
	expect(frozen.look(at(10, 7))).toBe(false);
	expect(frozen.look(at(12, 7))).toBe(false);
});

it('pushes a film of stills a few times, and no more until there is another', () => {
	const frozen = new Frozen();
	const pushes = (): number =>
		Array.from({ length: 100 }, (_, time) => frozen.look(at(time, 1))).filter(Boolean).length;
	expect(pushes()).toBe(3);
	frozen.reset();
	expect(pushes()).toBe(3);
});
