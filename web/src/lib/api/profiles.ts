import { call, path } from './call';
import type { Schemas, View } from './types';

export type Profile = View<'ProfileView'>;
export type ProfileForm = Required<Omit<Schemas['ProfileNew'], 'pin'>> &
	Pick<Schemas['ProfilePatch'], 'pin' | 'current_pin'>;

/** What is null is left out: a new profile has nothing that could be cleared. */
const filled = (form: ProfileForm): Record<string, unknown> =>
	Object.fromEntries(Object.entries(form).filter(([, value]) => value !== null));

export const profiles = {
	list: (): Promise<Profile[]> => call('GET', '/api/profiles'),
	create: (form: ProfileForm): Promise<Profile> =>
		call('POST', '/api/profiles', { body: filled(form) }),
	change: (id: string, form: Partial<ProfileForm>): Promise<Profile> =>
		call('PATCH', path('api', 'profiles', id), { body: form }),
	remove: (id: string, pin?: string): Promise<unknown> =>
		call('DELETE', path('api', 'profiles', id), pin ? { headers: { 'Matinee-Pin': pin } } : {}),
	select: (id: string, pin?: string): Promise<unknown> =>
		call('POST', path('api', 'profiles', id, 'select'), { body: pin ? { pin } : {} })
};
