/** Does something again and again while somebody looks at the page, and when they come back to it. */
export function everySoOften(ms: number, run: () => void): () => void {
	const timer = setInterval(() => document.visibilityState === 'visible' && run(), ms);
	const back = (): void => {
		if (document.visibilityState === 'visible') run();
	};
	document.addEventListener('visibilitychange', back);
	return () => {
		clearInterval(timer);
		document.removeEventListener('visibilitychange', back);
	};
}

/** The same while an element is in sight: what nobody sees need not be fresh. For `{@attach}`. */
export const whileSeen =
	(ms: number, run: () => void): ((node: Element) => () => void) =>
	(node) => {
		let stop: (() => void) | undefined;
		const observer = new IntersectionObserver((entries) => {
			stop?.();
			stop = entries.at(-1)?.isIntersecting ? everySoOften(ms, run) : undefined;
		});
		observer.observe(node);
		return () => {
			observer.disconnect();
			stop?.();
		};
	};
