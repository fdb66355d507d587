import { expect, it } from 'vitest';
import { parseStoryboard } from './storyboard';

it('reads frames and resolves their addresses', () => {
	const vtt = `WEBVTT

00:00.000 --> 00:10.000
images/story-0.jpg?token=a%3D#xywh=0,0,160,90

1
00:00:10.000 --> 01:00:20.500
images/story-0.jpg#xywh=pixel:160,0,160,90

00:00:20.000 --> 00:00:30.000
no-rectangle.jpg

nonsense`;
	expect(parseStoryboard(vtt.replace(/\n/g, '\r\n'), 'http://host/media/v/storyboard.vtt')).toEqual(
		[
			{
				start: 0,
				end: 10,
				url: 'http://host/media/v/images/story-0.jpg?token=a%3D',
				x: 0,
				y: 0,
				w: 160,
				h: 90
			},
			{
				start: 10,
				end: 3620.5,
				url: 'http://host/media/v/images/story-0.jpg',
				x: 160,
				y: 0,
				w: 160,
				h: 90
			}
		]
	);
});

it('reads nothing out of nothing', () => expect(parseStoryboard('', 'http://host/')).toEqual([]));
