import { sveltekit } from '@sveltejs/kit/vite';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { externalBoot } from './scripts/external-boot.ts';

const server = process.env.MATINEE_SERVER ?? 'http://localhost:8000';
const proxied = [
	'/api',
	'/media',
	'/stream',
	'/continue-watching',
	'/health',
	'/docs',
	'/metrics',
	'/artwork',
	'/embed',
	'/whip',
	'/whep',
	'/channels.m3u',
	'/epg.xml',
	'/auto'
];

export default defineConfig({
	plugins: [tailwindcss(), sveltekit(), externalBoot()],
	server: {
		proxy: {
			...Object.fromEntries(proxied.map((path) => [path, { target: server, xfwd: true }])),
			'/ws': { target: server, xfwd: true, ws: true }
		}
	},
	// The server's policy allows fonts and pictures from its own address only, not from data: addresses.
	build: { target: 'es2022', assetsInlineLimit: 0 },
	test: { include: ['src/**/*.test.ts'], environment: 'node' }
});
