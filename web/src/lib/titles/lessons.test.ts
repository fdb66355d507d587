import { expect, it } from 'vitest';
import type { Video, WatchProgress } from '$lib/api/types';
import { nextLesson } from './lessons';

const lessons = ['a', 'b', 'c'].map((id) => ({ id, is_processed: true }) as Video);
const place = (completed: boolean): WatchProgress => ({ completed }) as WatchProgress;

it.each<[Record<string, boolean>, string]>([
	[{}, 'a'],
	[{ a: true }, 'b'],
	[{ a: true, b: false }, 'b'],
	[{ b: true }, 'c'],
	[{ c: true }, 'a'],
	[{ a: true, b: true, c: true }, 'a']
])('goes on where one is: %j', (done, expected) =>
	expect(
		nextLesson(lessons, new Map(Object.entries(done).map(([id, d]) => [id, place(d)])))?.id
	).toBe(expected)
);

it('does not lead to what cannot be watched yet', () =>
	expect(nextLesson([{ id: 'a', is_processed: false } as Video], new Map())).toBeUndefined());
