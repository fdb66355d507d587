import { expect, it } from 'vitest';
import { embedCode } from './embed';

it('frames a film, whatever its title', () => {
	const code = embedCode('https://tv.example', 'video_1', 'A "quoted" <b>&');
	expect(code).toContain('src="https://tv.example/embed/video_1"');
	expect(code).toContain('title="A &quot;quoted&quot; &lt;b&gt;&amp;"');
});
