const KEY = 'matinee.live.liked';
/** As many are remembered; older ones are let go. */
const MOST = 200;

type Storage = Pick<globalThis.Storage, 'getItem' | 'setItem'>;

function read(storage: Storage): string[] {
	try {
		const kept: unknown = JSON.parse(storage.getItem(KEY) ?? '[]');
		return Array.isArray(kept) ? kept.filter((id) => typeof id === 'string') : [];
	} catch {
		return [];
	}
}

/** The browser's, or none where it refuses: merely to name it throws then. */
function own(): Storage {
	try {
		return localStorage;
	} catch {
		return { getItem: () => null, setItem: () => undefined };
	}
}

/** Whether a broadcast was liked in this browser: the server counts likes, and tells no list of them. */
export const wasLiked = (id: string, storage: Storage = own()): boolean =>
	read(storage).includes(id);

export function rememberLiked(id: string, liked: boolean, storage: Storage = own()): void {
	const others = read(storage).filter((one) => one !== id);
	try {
		storage.setItem(KEY, JSON.stringify((liked ? [...others, id] : others).slice(-MOST)));
	} catch {
		// Storage may be full or forbidden: then it is known for this visit only.
	}
}
