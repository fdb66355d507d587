import { expect, it } from 'vitest';
import { pathOf, qr } from './qr';

// Read back by a QR reader when it was taken down here.
const READ = `
1111111010010101101111111
1000001001100100101000001
1011101001001001101011101
1011101010101111101011101
1011101010001011101011101
1000001011110110101000001
1111111010101010101111111
0000000010110011000000000
1000101110010001011111001
1011100111001010100110010
0010011110000111001111100
1000110010100000001110110
0110011011001001011100111
1110000011101111010110010
0011001100111011100010100
0001110100010011110010101
1111101011001000111111110
0000000011110111100011000
1111111011010010101010100
1000001001011010100010111
1011101010001010111111100
1011101000110000011001011
1011101001011100111001110
1000001001010000001000110
1111111010001001010100111`.trim();

const drawn = (text: string) =>
	qr(text)
		?.map((row) => row.map((dark) => (dark ? '1' : '0')).join(''))
		.join('\n');

it('draws what a reader reads', () => expect(drawn('otpauth://totp/Matinee:ada')).toBe(READ));

it.each([
	[1, 21],
	[14, 21],
	[15, 25],
	[150, 49],
	[666, 97]
])('takes %i bytes into a square of %i modules', (length, size) =>
	expect(qr('x'.repeat(length))).toHaveLength(size)
);

it('refuses what does not fit', () => expect(qr('x'.repeat(667))).toBeUndefined());

it('draws every dark module once', () => {
	const modules = qr('film') ?? [];
	expect(pathOf(modules).match(/M/g)).toHaveLength(modules.flat().filter(Boolean).length);
});
