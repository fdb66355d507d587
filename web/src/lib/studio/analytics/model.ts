import type { View, With } from '$lib/api/types';

export type Totals = View<'TotalsView'>;
export type Point = View<'PointView'>;
export type Share = View<'ShareView'>;
export type Retention = View<'RetentionView'>;
export type Percentiles = View<'PercentilesView'>;

/** What is aimed at: a limit, what it was in 95 of 100 cases (or as a share), and whether that is met. */
export interface Level {
	name: string;
	limit: number;
	value: number | null;
	met: boolean | null;
}

export type Quality = With<View<'QualityView'>, { targets: Level[] }>;
export type Audience = View<'AudienceView'>;

export type Overview = With<View<'OverviewReport'>, { quality: Quality }>;
export type TitleReport = With<View<'TitleReport'>, { quality: Quality }>;
export type QualityRow = With<View<'QualityRowView'>, { targets: Level[] }>;
export type QualityReport = With<View<'QualityReport'>, { overall: Quality; rows: QualityRow[] }>;
export type By = 'title' | 'device' | 'network' | 'node' | 'hour';

/** A level that is watched over. */
export type HeldLevel = With<View<'LevelView'>, { state: 'met' | 'missed' | 'unknown' }>;
export type LevelForm = Partial<
	Pick<HeldLevel, 'limit' | 'hours' | 'plays_min' | 'active' | 'email'>
>;
export type LevelsReport = With<View<'LevelsReport'>, { levels: HeldLevel[] }>;
