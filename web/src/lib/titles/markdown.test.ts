import { expect, it } from 'vitest';
import { blocks, inlines } from './markdown';

it('reads headings, paragraphs, lists and code', () =>
	expect(
		blocks('# One\n\nTwo\nlines\n- a\n- b\n\n1. c\n2. d\n```\nlet x\n```\nend').map((block) =>
			block.kind === 'list' ? [block.ordered, block.items.length] : block.kind
		)
	).toEqual(['heading', 'paragraph', [false, 2], [true, 2], 'code', 'paragraph']));

it('reads words that stand out, and links', () =>
	expect(inlines('a **b** *c* `d` [e](https://x.org/?q=1) https://y.org')).toEqual([
		{ kind: 'text', text: 'a ' },
		{ kind: 'strong', text: 'b' },
		{ kind: 'text', text: ' ' },
		{ kind: 'em', text: 'c' },
		{ kind: 'text', text: ' ' },
		{ kind: 'code', text: 'd' },
		{ kind: 'text', text: ' ' },
		{ kind: 'link', text: 'e', href: 'https://x.org/?q=1' },
		{ kind: 'text', text: ' ' },
		{ kind: 'link', text: 'https://y.org', href: 'https://y.org' }
	]));

it.each(['[x](javascript:alert(1))', '[x](data:text/html,1)', '[x](//evil.example)', '<b>x</b>'])(
	'leaves as text what must not be followed: %s',
	(text) => expect(inlines(text).every(({ kind }) => kind === 'text')).toBe(true)
);

it('never takes long over odd text', () => {
	const odd = '*'.repeat(20_000) + '['.repeat(20_000) + '`';
	expect(blocks(odd)).toHaveLength(1);
});
