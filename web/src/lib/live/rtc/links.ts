/** A server that helps to find a way through firewalls. */
export interface IceServer {
	urls: string[];
	username?: string;
	credential?: string;
}

/** Reads the ICE servers out of a `Link` header: `<turn:…>; rel="ice-server"; username="…"; …`. */
export function iceServersOf(header: string | null): IceServer[] {
	const found: IceServer[] = [];
	for (const [, url = '', rest = ''] of (header ?? '').matchAll(
		/<([^>]*)>((?:\s*;\s*[\w-]+=(?:"(?:[^"\\]|\\.)*"|[^\s",;]+))*)/g
	)) {
		const facts = new Map<string, string>();
		for (const [, name = '', quoted, bare] of rest.matchAll(
			/([\w-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s",;]+))/g
		))
			facts.set(name.toLowerCase(), quoted?.replace(/\\(.)/g, '$1') ?? bare ?? '');
		if (facts.get('rel') !== 'ice-server' || !/^(stuns?|turns?):/.test(url)) continue;
		const username = facts.get('username');
		const credential = facts.get('credential');
		found.push({
			urls: [url],
			...(username === undefined ? {} : { username }),
			...(credential === undefined ? {} : { credential })
		});
	}
	return found;
}
