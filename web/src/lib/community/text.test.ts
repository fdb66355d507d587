import { expect, it } from 'vitest';
import { initials, pieces } from './text';

it.each([
	['no moment here', [{ text: 'no moment here' }]],
	['', []],
	['at 1:05 it rains', [{ text: 'at ' }, { text: '1:05', at: 65 }, { text: ' it rains' }]],
	['1:02:03!', [{ text: '1:02:03', at: 3723 }, { text: '!' }]],
	['0:01, 0:02', [{ text: '0:01', at: 1 }, { text: ', ' }, { text: '0:02', at: 2 }]],
	['9:59:59 is too late', [{ text: '9:59:59 is too late' }]],
	['1:2:3:4 and 12:345 and 4:3', [{ text: '1:2:3:4 and 12:345 and 4:3' }]],
	['<b>0:05</b>', [{ text: '<b>' }, { text: '0:05', at: 5 }, { text: '</b>' }]]
])('takes %j apart', (text, expected) => expect(pieces(text, 7200)).toEqual(expected));

it.each([
	['Ada Lovelace', 'AL'],
	['ada', 'A'],
	['jean-luc picard', 'JP'],
	['李 小龙', '李小'],
	['', '']
])('%j is %j', (name, letters) => expect(initials(name)).toBe(letters));
