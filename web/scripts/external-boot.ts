import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const INLINE = /<script>([\s\S]*?)<\/script>/;

/**
 * Moves SvelteKit's inline start-up script out of the fallback page into a hashed file, so that
 * the server's policy can be `script-src 'self'` with neither hashes nor nonces. The script stays
 * a classic one because it finds its mount point through `document.currentScript`.
 */
export function externalBoot(dir = 'build'): Plugin {
	return {
		name: 'matinee:external-boot',
		apply: 'build',
		// Runs in the same hook as the adapter, which is registered earlier and writes the page.
		closeBundle: {
			order: 'post',
			sequential: true,
			handler() {
				const page = join(dir, 'index.html');
				if (!existsSync(page)) return;
				const html = readFileSync(page, 'utf8');
				const script = INLINE.exec(html)?.[1];
				if (script === undefined) return;
				const name = `boot.${createHash('sha256').update(script).digest('hex').slice(0, 10)}.js`;
				writeFileSync(join(dir, '_app', 'immutable', name), script.trim() + '\n');
				writeFileSync(
					page,
					html.replace(INLINE, () => `<script src="/_app/immutable/${name}"></script>`)
				);
			}
		}
	};
}
