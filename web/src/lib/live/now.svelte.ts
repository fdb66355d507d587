/** What time it is, told anew every second while a component is there; call it while one is made. */
export function clockwork(everyMs = 1000): { readonly current: number } {
	let current = $state(Date.now());
	$effect(() => {
		const timer = setInterval(() => (current = Date.now()), everyMs);
		return () => clearInterval(timer);
	});
	return {
		get current() {
			return current;
		}
	};
}
