const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => ESCAPES[sign] ?? sign);

/** The HTML that shows a film on another site, as wide as its place there. */
export function embedCode(origin: string, id: string, title: string): string {
	const src = `${origin}/embed/${encodeURIComponent(id)}`;
	return (
		`<iframe src="${escaped(src)}" title="${escaped(title)}"` +
		' style="width:100%;aspect-ratio:16/9;border:0"' +
		' allow="autoplay; fullscreen; picture-in-picture; encrypted-media" allowfullscreen></iframe>'
	);
}
