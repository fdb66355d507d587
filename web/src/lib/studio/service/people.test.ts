import { expect, it } from 'vitest';
import { invitationState } from './people';

const NOW = Date.parse('2026-11-21T12:00:00Z');
it.each([
	[true, 0, '2026-11-22T12:00:00Z', 'open'],
	[true, 2, '2026-11-22T12:00:00Z', 'used up'],
	[true, 1, '2026-11-20T12:00:00Z', 'expired'],
	[false, 1, '2026-11-22T12:00:00Z', 'expired']
] as const)('active %s, %i uses, until %s: %s', (active, uses, expires_at, state) =>
	expect(invitationState({ active, uses, max_uses: 2, expires_at }, NOW)).toBe(state)
);
