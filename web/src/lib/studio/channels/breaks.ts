import type { AdBreaks } from '$lib/channels/types';
import { said } from './fields';
import { number, sourceFormOf, sourceOf, type SourceForm } from './rule';

/** Advertisement breaks as they stand in the editor. */
export interface BreaksForm {
	every_minutes: string;
	after_programmes: string;
	seconds: string;
	/** `null` for the filler. */
	source: SourceForm | null;
	decided: boolean;
}

export const blankBreaks = (): BreaksForm => ({
	every_minutes: '20',
	after_programmes: '',
	seconds: '90',
	source: null,
	decided: false
});

export const breaksFormOf = (ads: AdBreaks): BreaksForm => ({
	every_minutes: ads.every_minutes?.toString() ?? '',
	after_programmes: ads.after_programmes?.toString() ?? '',
	seconds: String(ads.seconds),
	source: ads.source ? sourceFormOf(ads.source) : null,
	decided: ads.decided ?? false
});

export const breaksOf = (form: BreaksForm): AdBreaks => ({
	...said({
		every_minutes: number(form.every_minutes),
		after_programmes: number(form.after_programmes)
	}),
	seconds: number(form.seconds) ?? 0,
	...(form.source ? { source: sourceOf(form.source) } : {}),
	...(form.decided ? { decided: true } : {})
});
