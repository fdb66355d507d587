import { afterEach, expect, it, vi } from 'vitest';
import { creditPaths, mergePeople } from './merge';
import type { PersonWhole } from './model';

const part = (what: 'video' | 'show', id: string) => ({
	role: 'actor',
	character: null,
	video: null,
	show: null,
	[what]: { id }
});
const person = {
	id: 'person_b',
	filmography: [part('video', 'video_1'), part('video', 'video_1'), part('show', 'show_1')]
} as unknown as PersonWhole;

afterEach(() => vi.unstubAllGlobals());

it('visits every title once', () =>
	expect(creditPaths(person)).toEqual([
		'/api/videos/video_1/credits',
		'/api/shows/show_1/credits'
	]));

function server(refused?: string): string[] {
	const seen: string[] = [];
	vi.stubGlobal('fetch', (path: string, { method, body }: RequestInit) => {
		seen.push(`${method} ${path}${typeof body === 'string' ? ` ${body}` : ''}`);
		if (`${method} ${path}` === refused) return Promise.resolve(new Response('', { status: 403 }));
		const credits = [{ person_id: 'person_b', role: 'actor', character: null, name: 'B' }];
		return Promise.resolve(
			new Response(JSON.stringify(path.endsWith('/credits') ? credits : { credits }))
		);
	});
	return seen;
}

it('gives all credits over before anybody is deleted', async () => {
	const seen = server();
	await mergePeople(person, 'person_a');
	expect(seen.filter((one) => !one.startsWith('GET'))).toEqual([
		'PUT /api/videos/video_1/credits [{"person_id":"person_a","role":"actor"}]',
		'PUT /api/shows/show_1/credits [{"person_id":"person_a","role":"actor"}]',
		'DELETE /api/people/person_b'
	]);
});

it('deletes nobody when a title refuses', async () => {
	const seen = server('PUT /api/shows/show_1/credits');
	await expect(mergePeople(person, 'person_a')).rejects.toThrow();
	expect(seen.some((one) => one.startsWith('DELETE'))).toBe(false);
});
