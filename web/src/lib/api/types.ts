import type { components } from './schema';

type Schemas = components['schemas'];

export type Video = Schemas['Video'];
export type VideoPatch = Schemas['VideoPatch'];
export type Rendition = Schemas['Rendition'];
export type Thumbnail = Schemas['Thumbnail'];
export type Processing = Schemas['Processing'];
export type ProcessingStep = Schemas['ProcessingStep'];
export type ProcessingStatus = Schemas['ProcessingStatus'];
export type Instance = Schemas['Instance'];
export type Session = Schemas['Session'];
export type StreamToken = Schemas['StreamToken'];
export type WatchProgress = Schemas['WatchProgress'];
export type ContinueItem = Schemas['ContinueItem'];
export type Manifest = Schemas['Manifest'];
export type ManifestSegment = Schemas['ManifestSegment'];
