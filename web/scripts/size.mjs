// What a first visit of the home page costs: every script and style it loads before it can show
// anything, compressed. Fails above the budget. `npm run build` comes first.
import { readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';

const BUILD = 'build';
const BUDGET_KIB = 100;

const read = (path) => readFileSync(join(BUILD, path), 'utf8');
const kib = (path) => gzipSync(readFileSync(join(BUILD, path)), { level: 9 }).length / 1024;

/** A script with everything that it imports at once; what it imports on demand is left out. */
function closure(entry, seen = new Set()) {
	if (seen.has(entry)) return seen;
	seen.add(entry);
	for (const [, path] of read(entry).matchAll(
		/(?:\bfrom|\bimport)\s*["'](\.{1,2}\/[^"']+\.js)["']/g
	)) {
		closure(normalize(join(dirname(entry), path)), seen);
	}
	return seen;
}

const page = read('index.html');
const boot = /src="\/(_app\/immutable\/boot\.[^"]+)"/.exec(page)?.[1];
if (!boot) throw new Error('the start-up script is not in a file of its own');
const starts = [...read(boot).matchAll(/import\("\/?([^"]+)"\)/g)].map(([, path]) => path);
const app = starts.find((path) => path.includes('/entry/app'));

// The router's table: which file belongs to which page; 0 is the layout around them all.
const table = read(app);
const node = (index) => new RegExp(`nodes/${index}\\.[\\w-]+\\.js`).exec(table)?.[0];
const home = /["'`]\/["'`]:\[(\d+)/.exec(table)?.[1];

const scripts = new Set([boot]);
for (const entry of [...starts, ...[0, home].map((n) => `_app/immutable/${node(n)}`)]) {
	closure(entry, scripts);
}

const styles = [...table.matchAll(/\.\.\/(assets\/[\w.-]+\.css)/g)].map(
	([, path]) => `_app/immutable/${path}`
);

const total = [...scripts].reduce((sum, path) => sum + kib(path), 0);
const css = styles.reduce((sum, path) => sum + kib(path), 0);
console.log(
	`home, first visit: ${total.toFixed(1)} KiB of script in ${scripts.size} files (budget ${BUDGET_KIB} KiB)`
);
console.log(`all styles of the site: ${css.toFixed(1)} KiB`);
if (!(total < BUDGET_KIB)) process.exit(1);
