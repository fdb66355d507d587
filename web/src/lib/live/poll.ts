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
