/**
 * QR codes (ISO/IEC 18004) for what an authenticator application is to read: byte mode, error
 * correction level M, versions 1 to 20. Made here, so that a secret goes to no other program.
 */

/** Error-correction codewords in a block and blocks in a symbol at level M (table 9), by version. */
const CHECK = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26];
const BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16];

/** Codewords that a symbol of this version has room for. */
function capacity(version: number): number {
	let bits = (16 * version + 128) * version + 64;
	if (version >= 2) {
		const lines = Math.floor(version / 7) + 2;
		bits -= (25 * lines - 10) * lines - 55;
		if (version >= 7) bits -= 36;
	}
	return Math.floor(bits / 8);
}

const checkWords = (version: number): number => CHECK[version - 1] ?? 0;
const blocksOf = (version: number): number => BLOCKS[version - 1] ?? 0;
const dataWords = (version: number): number =>
	capacity(version) - checkWords(version) * blocksOf(version);

/** The product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1. */
function times(a: number, b: number): number {
	let product = 0;
	for (let bit = 7; bit >= 0; bit -= 1) {
		product = (product << 1) ^ ((product >>> 7) * 0x11d);
		product ^= ((b >>> bit) & 1) * a;
	}
	return product;
}

function generator(degree: number): number[] {
	const poly = Array.from({ length: degree }, (_, n): number => (n === degree - 1 ? 1 : 0));
	let root = 1;
	for (let round = 0; round < degree; round += 1) {
		for (let n = 0; n < degree; n += 1) {
			poly[n] = times(poly[n] ?? 0, root) ^ (poly[n + 1] ?? 0);
		}
		root = times(root, 2);
	}
	return poly;
}

function remainder(data: number[], divisor: number[]): number[] {
	const rest = divisor.map(() => 0);
	for (const byte of data) {
		const factor = byte ^ (rest.shift() ?? 0);
		rest.push(0);
		divisor.forEach((term, n) => (rest[n] = (rest[n] ?? 0) ^ times(term, factor)));
	}
	return rest;
}

/** The data with their check words, in blocks, interleaved. */
function interleaved(data: number[], version: number): number[] {
	const count = blocksOf(version);
	const check = checkWords(version);
	const whole = capacity(version);
	const short = count - (whole % count);
	const length = Math.floor(whole / count) - check;
	const divisor = generator(check);
	const blocks: number[][] = [];
	const checks: number[][] = [];
	let at = 0;
	for (let n = 0; n < count; n += 1) {
		const block = data.slice(at, at + length + (n < short ? 0 : 1));
		at += block.length;
		blocks.push(block);
		checks.push(remainder(block, divisor));
	}
	const woven = (rows: number[][]): number[] =>
		Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, column) =>
			rows.flatMap((row) => (column < row.length ? [row[column] ?? 0] : []))
		).flat();
	return [...woven(blocks), ...woven(checks)];
}

function encoded(bytes: Uint8Array, version: number): number[] {
	const bits: number[] = [];
	const put = (value: number, length: number): void => {
		for (let bit = length - 1; bit >= 0; bit -= 1) bits.push((value >>> bit) & 1);
	};
	put(0b0100, 4);
	put(bytes.length, version < 10 ? 8 : 16);
	for (const byte of bytes) put(byte, 8);
	const room = dataWords(version) * 8;
	put(0, Math.min(4, room - bits.length));
	put(0, (8 - (bits.length % 8)) % 8);
	const words = Array.from({ length: bits.length / 8 }, (_, n) =>
		bits.slice(n * 8, n * 8 + 8).reduce((word, bit) => word * 2 + bit, 0)
	);
	for (let pad = 0; words.length < dataWords(version); pad += 1) {
		words.push(pad % 2 ? 0x11 : 0xec);
	}
	return words;
}

/** Where the alignment patterns' centres lie. */
function centres(version: number): number[] {
	if (version === 1) return [];
	const count = Math.floor(version / 7) + 2;
	const step = Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2;
	const last = version * 4 + 10;
	return [6, ...Array.from({ length: count - 1 }, (_, n) => last - (count - 2 - n) * step)];
}

const MASKS: ((x: number, y: number) => boolean)[] = [
	(x, y) => (x + y) % 2 === 0,
	(_, y) => y % 2 === 0,
	(x) => x % 3 === 0,
	(x, y) => (x + y) % 3 === 0,
	(x, y) => (Math.floor(x / 3) + Math.floor(y / 2)) % 2 === 0,
	(x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
	(x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
	(x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0
];

class Symbol {
	readonly size: number;
	readonly dark: boolean[][];
	readonly fixed: boolean[][];

	constructor(private readonly version: number) {
		this.size = version * 4 + 17;
		const grid = (): boolean[][] =>
			Array.from({ length: this.size }, () => Array.from({ length: this.size }, () => false));
		this.dark = grid();
		this.fixed = grid();
	}

	set(x: number, y: number, dark: boolean): void {
		const [row, fixed] = [this.dark[y], this.fixed[y]];
		if (!row || !fixed || x < 0 || x >= this.size) return;
		row[x] = dark;
		fixed[x] = true;
	}

	patterns(): void {
		const { size, version } = this;
		for (let n = 0; n < size; n += 1) {
			this.set(6, n, n % 2 === 0);
			this.set(n, 6, n % 2 === 0);
		}
		for (const [cx, cy] of [
			[3, 3],
			[size - 4, 3],
			[3, size - 4]
		] as const) {
			for (let dy = -4; dy <= 4; dy += 1) {
				for (let dx = -4; dx <= 4; dx += 1) {
					const ring = Math.max(Math.abs(dx), Math.abs(dy));
					this.set(cx + dx, cy + dy, ring !== 2 && ring !== 4);
				}
			}
		}
		const lines = centres(version);
		const last = lines.length - 1;
		lines.forEach((cx, i) =>
			lines.forEach((cy, j) => {
				// Three corners are taken.
				if ((i === 0 && j === 0) || (i === 0 && j === last) || (i === last && j === 0)) return;
				for (let dy = -2; dy <= 2; dy += 1) {
					for (let dx = -2; dx <= 2; dx += 1) {
						this.set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1);
					}
				}
			})
		);
		this.format(0);
		if (version < 7) return;
		let rest = version;
		for (let n = 0; n < 12; n += 1) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
		const bits = (version << 12) | rest;
		for (let n = 0; n < 18; n += 1) {
			const dark = ((bits >>> n) & 1) === 1;
			const [a, b] = [size - 11 + (n % 3), Math.floor(n / 3)];
			this.set(a, b, dark);
			this.set(b, a, dark);
		}
	}

	/** The format information of level M (its bits are 00) with this mask. */
	format(mask: number): void {
		let rest = mask;
		for (let n = 0; n < 10; n += 1) rest = (rest << 1) ^ ((rest >>> 9) * 0x537);
		const bits = ((mask << 10) | rest) ^ 0x5412;
		const bit = (n: number): boolean => ((bits >>> n) & 1) === 1;
		const { size } = this;
		for (let n = 0; n <= 5; n += 1) this.set(8, n, bit(n));
		this.set(8, 7, bit(6));
		this.set(8, 8, bit(7));
		this.set(7, 8, bit(8));
		for (let n = 9; n < 15; n += 1) this.set(14 - n, 8, bit(n));
		for (let n = 0; n < 8; n += 1) this.set(size - 1 - n, 8, bit(n));
		for (let n = 8; n < 15; n += 1) this.set(8, size - 15 + n, bit(n));
		this.set(8, size - 8, true);
	}

	fill(words: number[]): void {
		const { size } = this;
		let n = 0;
		for (let right = size - 1; right >= 1; right -= 2) {
			if (right === 6) right = 5;
			for (let step = 0; step < size; step += 1) {
				for (const x of [right, right - 1]) {
					const y = ((right + 1) & 2) === 0 ? size - 1 - step : step;
					const row = this.dark[y];
					if (!row || this.fixed[y]?.[x] || n >= words.length * 8) continue;
					row[x] = (((words[n >>> 3] ?? 0) >>> (7 - (n & 7))) & 1) === 1;
					n += 1;
				}
			}
		}
	}

	mask(number: number): void {
		const rule = MASKS[number];
		this.dark.forEach((row, y) =>
			row.forEach((dark, x) => {
				if (!this.fixed[y]?.[x] && rule?.(x, y)) row[x] = !dark;
			})
		);
	}

	/** How hard it is to read (section 7.8.3). */
	penalty(): number {
		const { size, dark } = this;
		const lines = [
			...dark,
			...Array.from({ length: size }, (_, x) => dark.map((row) => row[x] ?? false))
		];
		let sum = 0;
		for (const line of lines) {
			const text = line.map((one) => (one ? '1' : '0')).join('');
			for (const run of text.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2;
			sum += 40 * [...text.matchAll(/(?=00001011101|10111010000)/g)].length;
		}
		let count = 0;
		dark.forEach((row, y) =>
			row.forEach((one, x) => {
				if (one) count += 1;
				const below = dark[y + 1];
				if (below && x + 1 < size && [row[x + 1], below[x], below[x + 1]].every((d) => d === one))
					sum += 3;
			})
		);
		return sum + 10 * Math.floor(Math.abs((count * 100) / (size * size) - 50) / 5);
	}
}

/** The modules of a text's QR code, row by row; true is dark. Undefined if it is too long. */
export function qr(text: string): boolean[][] | undefined {
	const bytes = new TextEncoder().encode(text);
	const version = Array.from(CHECK, (_, n) => n + 1).find(
		(v) => bytes.length * 8 + 4 + (v < 10 ? 8 : 16) <= dataWords(v) * 8
	);
	if (version === undefined) return undefined;
	const words = interleaved(encoded(bytes, version), version);
	let best: Symbol | undefined;
	let least = Infinity;
	for (let number = 0; number < MASKS.length; number += 1) {
		const symbol = new Symbol(version);
		symbol.patterns();
		symbol.fill(words);
		symbol.mask(number);
		symbol.format(number);
		const penalty = symbol.penalty();
		if (penalty < least) [best, least] = [symbol, penalty];
	}
	return best?.dark;
}

/** The dark modules as one path, in units of a module. */
export function pathOf(modules: boolean[][]): string {
	return modules
		.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
		.join('');
}
