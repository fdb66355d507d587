import { describe, expect, it } from 'vitest';
import { ApiError } from '$lib/api/problem';
import { reason } from './fast.svelte';

describe('reason', () => {
	it('tells what the broadcast cannot from what the network does not let through', () => {
		expect(reason(new ApiError(406, 'x'), false)).toMatch(/This broadcast cannot/);
		expect(reason(new ApiError(503, 'x'), false)).toMatch(/no room/);
		expect(reason(undefined, false)).toMatch(/over this network/);
		expect(reason(undefined, true)).toMatch(/was lost/);
	});
});
