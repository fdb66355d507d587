import { describe, expect, it } from 'vitest';
import { Watched } from './watched';

const looks = (watched: Watched, ...times: number[]): void => {
	for (const time of times) watched.at(time);
};

describe('Watched', () => {
	it('joins what follows on each other', () => {
		const watched = new Watched();
		looks(watched, 0, 0.25, 0.5, 1);
		expect(watched.take()).toEqual([[0, 1]]);
		looks(watched, 1.25, 2);
		expect(watched.take()).toEqual([[1, 2]]);
		expect(watched.take()).toEqual([]);
	});

	it('leaves out what was jumped over, in either direction', () => {
		const watched = new Watched();
		looks(watched, 0, 2, 60, 61, 30, 31);
		expect(watched.take()).toEqual([
			[0, 2],
			[60, 61],
			[30, 31]
		]);
	});

	it('leaves out what lies between a stop and the next picture', () => {
		const watched = new Watched();
		looks(watched, 0, 1);
		watched.stop();
		looks(watched, 2, 3);
		expect(watched.take()).toEqual([
			[0, 1],
			[2, 3]
		]);
	});

	it('knows that a fast picture goes further between two looks', () => {
		const watched = new Watched();
		watched.at(0, 2);
		watched.at(5, 2);
		expect(watched.take()).toEqual([[0, 5]]);
	});
});
