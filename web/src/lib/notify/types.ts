import type { Schemas, View } from '$lib/api/types';

/** Something that somebody is told because they follow whoever did it. */
export type Notice = View<'NotificationView'>;
export type NoticeKind = Schemas['NotificationKind'];
/** How somebody wants to be told. */
export type NoticeSettings = View<'NotificationWishes'>;
/** Whether one follows somebody, and how many do. */
export type Following = View<'FollowView'>;
/** Somebody whom one follows. */
export type Followed = View<'FollowedView'>;
