import { expect, it } from 'vitest';
import { arranged } from './arrange';
import type { Stream } from './types';

const NOW = Date.parse('2026-11-21T12:00:00Z');
const stream = (id: string, more: Partial<Stream>): Stream => ({ id, ...more }) as Stream;
const ids = (list: Stream[]): string[] => list.map(({ id }) => id);

it('puts the most watched first, and the next to come', () => {
	const { on, coming } = arranged(
		[
			stream('few', { status: 'live', viewer_count: 3 }),
			stream('later', { status: 'scheduled', scheduled_at: '2026-11-23T12:00:00Z' }),
			stream('many', { status: 'live', viewer_count: 90 }),
			stream('soon', { status: 'scheduled', scheduled_at: '2026-11-21T13:00:00Z' })
		],
		NOW
	);
	expect(ids(on)).toEqual(['many', 'few']);
	expect(ids(coming)).toEqual(['soon', 'later']);
});

it('announces nothing without an hour, nothing long past, and what is only a little late', () => {
	const { coming } = arranged(
		[
			stream('never', { status: 'scheduled', scheduled_at: null }),
			stream('late', { status: 'scheduled', scheduled_at: '2026-11-21T11:30:00Z' }),
			stream('past', { status: 'scheduled', scheduled_at: '2026-11-20T11:30:00Z' }),
			stream('over', { status: 'ended', scheduled_at: '2026-11-22T11:30:00Z' })
		],
		NOW
	);
	expect(ids(coming)).toEqual(['late']);
});
