import type { Schemas, View } from '$lib/api/types';

/** Something that somebody is told because they follow whoever did it. */
export type Notice = View<'NotificationView'>;
export type NoticeKind = Schemas['NotificationKind'];
/** How somebody wants to be told. */
export type NoticeSettings = View<'NotificationWishes'>;
/** A browser in which somebody is told also while nobody looks at the site. */
export type PushBrowser = View<'PushBrowser'>;
/** Whether one follows somebody, and how many do. */
export type Following = View<'FollowView'>;
/** Somebody whom one follows. */
export type Followed = View<'FollowedView'>;
