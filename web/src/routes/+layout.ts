// A client-side app over the public API: one fallback page, nothing rendered ahead of time.
export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';
