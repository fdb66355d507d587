import adapter from '@sveltejs/adapter-static';
import { vitePreprocess } from '@sveltejs/vite-plugin-svelte';

/** @type {import('@sveltejs/kit').Config} */
const config = {
	preprocess: vitePreprocess(),
	compilerOptions: { runes: ({ filename }) => !filename.includes('node_modules') || undefined },
	kit: {
		// One page for every address: the server answers unknown paths with it and the router
		// takes over. A pure client app keeps the binary's web part to plain, cacheable files.
		adapter: adapter({ pages: 'build', assets: 'build', fallback: 'index.html' }),
		version: { pollInterval: 0 },
		// It is there for those who want to be told while nobody looks; nobody else gets one.
		serviceWorker: { register: false }
	}
};

export default config;
