import { call, path } from './call';

export interface Profile {
	id: string;
	name: string;
	/** The name of one of the site's pictures. */
	avatar: string | null;
	language: string | null;
	kids: boolean;
	/** The greatest age from which a title's rating may let people watch it; null for all. */
	max_rating: number | null;
	has_pin: boolean;
	/** Whether the account began with it. */
	first: boolean;
	selected: boolean;
}
export interface ProfileForm {
	name: string;
	avatar: string | null;
	language: string | null;
	kids: boolean;
	max_rating: number | null;
	/** Absent: as it is; null: none. */
	pin?: string | null;
	current_pin?: string;
}

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
