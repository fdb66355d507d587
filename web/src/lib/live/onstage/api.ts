import { call } from '$lib/api/call';
import { stream } from '../api';
import type { StageAnswer, StageLayout, StageOffer, StageView } from './types';

/** What becomes of a stage. */
export const onstage = {
	get: (id: string): Promise<StageView> => call('GET', stream(id, 'stage')),
	show: (id: string, layout: StageLayout): Promise<StageView> =>
		call('PATCH', stream(id, 'stage'), { body: { layout } }),
	raise: (id: string): Promise<StageView> => call('PUT', stream(id, 'stage', 'hand')),
	lower: (id: string): Promise<unknown> => call('DELETE', stream(id, 'stage', 'hand')),
	invite: (id: string, guest: string): Promise<StageView> =>
		call('PUT', stream(id, 'stage', 'guests', guest, 'invitation')),
	dismiss: (id: string, guest: string): Promise<unknown> =>
		call('DELETE', stream(id, 'stage', 'guests', guest)),
	change: (
		id: string,
		guest: string,
		body: { muted?: boolean; camera_off?: boolean }
	): Promise<StageView> => call('PATCH', stream(id, 'stage', 'guests', guest), { body }),
	enter: (id: string): Promise<StageView> => call('PUT', stream(id, 'stage', 'seat')),
	leave: (id: string): Promise<unknown> => call('DELETE', stream(id, 'stage', 'seat')),
	start: (id: string): Promise<StageView> => call('PUT', stream(id, 'stage', 'programme')),
	stop: (id: string): Promise<unknown> => call('DELETE', stream(id, 'stage', 'programme')),
	connect: (id: string, body: StageOffer): Promise<StageAnswer> =>
		call('POST', stream(id, 'stage', 'sessions'), { body }),
	offer: (id: string, session: string, body: StageOffer): Promise<StageAnswer> =>
		call('PUT', stream(id, 'stage', 'sessions', session), { body })
};
