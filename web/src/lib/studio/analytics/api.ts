import { address, read, send, step } from '../server';
import type {
	By,
	HeldLevel,
	LevelForm,
	LevelsReport,
	Overview,
	QualityReport,
	TitleReport
} from './model';
import type { Stretch } from './ranges';

type Asked = Stretch & { to?: string };

const OVERVIEW = '/api/analytics/overview';
const QUALITY = '/api/analytics/quality';
const LEVELS = '/api/analytics/levels';
const title = (id: string): string => `/api/analytics/videos/${step(id)}`;

export const analytics = {
	overview: (asked: Asked): Promise<Overview> => read(OVERVIEW, { ...asked }),
	title: (id: string, asked: Asked): Promise<TitleReport> => read(title(id), { ...asked }),
	quality: (by: By, asked: Asked): Promise<QualityReport> => read(QUALITY, { ...asked, by }),
	levels: (): Promise<LevelsReport> => read(LEVELS),
	hold: (name: string, form: LevelForm): Promise<HeldLevel> =>
		send('PATCH', `${LEVELS}/${step(name)}`, form)
};

/** The same address for programs that read columns. */
export const parquet = (address: string): string => address.replace('format=csv', 'format=parquet');

/** The same as tables for other programs. */
export const csv = {
	overview: (asked: Asked): string => address(OVERVIEW, { ...asked, format: 'csv' }),
	title: (id: string, asked: Asked): string => address(title(id), { ...asked, format: 'csv' }),
	quality: (by: By, asked: Asked): string => address(QUALITY, { ...asked, by, format: 'csv' })
};
