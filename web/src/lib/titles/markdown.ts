/**
 * The part of Markdown that notes need, as a tree that pages show as elements of their own: what somebody
 * wrote is only ever text in it, never markup.
 */
export type Inline =
	| { kind: 'text' | 'strong' | 'em' | 'code'; text: string }
	| { kind: 'link'; text: string; href: string };

export type Block =
	| { kind: 'heading'; inlines: Inline[] }
	| { kind: 'paragraph'; inlines: Inline[] }
	| { kind: 'list'; ordered: boolean; items: Inline[][] }
	| { kind: 'code'; text: string };

const INLINE =
	/`([^`\n]+)`|\*\*([^*\n]+)\*\*|__([^_\n]+)__|\*([^*\s][^*\n]*)\*|\[([^\]\n]+)\]\((\S+?)\)|(https?:\/\/[^\s<>)]+)/g;

/** An address that may be followed: of the web, of a mailbox, or of this site. */
function safe(href: string): string | undefined {
	if (/^(https?:\/\/|mailto:)/i.test(href)) return href;
	return /^\/(?!\/)/.test(href) || href.startsWith('#') ? href : undefined;
}

export function inlines(text: string): Inline[] {
	const found: Inline[] = [];
	let from = 0;
	const plain = (to: number): void => {
		if (to > from) found.push({ kind: 'text', text: text.slice(from, to) });
	};
	for (const match of text.matchAll(INLINE)) {
		const [whole, code, strong, strong2, em, label, target, bare] = match;
		const href = safe(target ?? bare ?? '');
		if ((label || bare) && !href) continue;
		plain(match.index);
		if (code) found.push({ kind: 'code', text: code });
		else if (strong ?? strong2) found.push({ kind: 'strong', text: strong ?? strong2 ?? '' });
		else if (em) found.push({ kind: 'em', text: em });
		else if (href) found.push({ kind: 'link', text: label ?? href, href });
		from = match.index + whole.length;
	}
	plain(text.length);
	return found;
}

export function blocks(source: string): Block[] {
	const found: Block[] = [];
	const lines = source.replace(/\r\n?/g, '\n').split('\n');
	let paragraph: string[] = [];
	const close = (): void => {
		if (paragraph.length) found.push({ kind: 'paragraph', inlines: inlines(paragraph.join('\n')) });
		paragraph = [];
	};
	for (let at = 0; at < lines.length; at += 1) {
		const line = lines[at] ?? '';
		const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(line);
		const item = /^\s*(?:[-*+]|(\d{1,4})[.)])\s+(.+)$/.exec(line);
		if (line.startsWith('```')) {
			close();
			const end = lines.findIndex((other, index) => index > at && other.startsWith('```'));
			const until = end < 0 ? lines.length : end;
			found.push({ kind: 'code', text: lines.slice(at + 1, until).join('\n') });
			at = until;
		} else if (heading?.[1]) {
			close();
			found.push({ kind: 'heading', inlines: inlines(heading[1]) });
		} else if (item?.[2]) {
			close();
			const ordered = item[1] !== undefined;
			const last = found.at(-1);
			const same = last?.kind === 'list' && last.ordered === ordered && lines[at - 1]?.trim();
			if (same && last.kind === 'list') last.items.push(inlines(item[2]));
			else found.push({ kind: 'list', ordered, items: [inlines(item[2])] });
		} else if (line.trim() === '') {
			close();
		} else {
			paragraph.push(line);
		}
	}
	close();
	return found;
}
