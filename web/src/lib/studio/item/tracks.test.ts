import { expect, it } from 'vitest';
import { languageOfFile, soundProblem, subtitleProblem } from './tracks';

it.each([
	['Film.en.srt', 'en'],
	['Film.2008.pt-BR.forced.vtt', 'pt-BR'],
	['Film.de.sdh.srt', 'de'],
	['Film.srt', ''],
	['Film.2008.srt', '']
])('%s: %s', (name, language) => expect(languageOfFile(name)).toBe(language));

it('refuses what is no subtitle', () => {
	expect(subtitleProblem({ name: 'a.srt', size: 12 })).toBeUndefined();
	expect(subtitleProblem({ name: 'a.exe', size: 12 })).toContain('SRT');
	expect(subtitleProblem({ name: 'a.vtt', size: 0 })).toContain('empty');
	expect(subtitleProblem({ name: 'a.vtt', size: 1e9 })).toContain('16 MiB');
});

it.each([
	['dub.de.m4a', 'audio/mp4', 10, false],
	['dub.eac3', '', 10, false],
	['dub.txt', 'text/plain', 10, true],
	['dub.mp3', 'audio/mpeg', 0, true]
])('sound %s of type "%s" and %s bytes', (name, type, size, wrong) =>
	expect(soundProblem({ name, type, size }) !== undefined).toBe(wrong)
);
