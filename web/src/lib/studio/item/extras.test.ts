import { expect, it } from 'vitest';
import { guessKind } from './extras';

it.each([
	['Sherlock Jr. (Trailer)', 'trailer'],
	['sherlock-behind-the-scenes', 'behind_the_scenes'],
	['A Deleted Scene', 'deleted_scene'],
	['Interview with Buster Keaton', 'interview'],
	['Sherlock Jr.', 'trailer']
])('%s is a %s', (title, kind) => expect(guessKind(title)).toBe(kind));
