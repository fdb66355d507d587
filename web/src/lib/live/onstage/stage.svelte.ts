import { onstage } from './api';
import type { StageView } from './types';

const NOBODY: StageView = {
	on_air: false,
	encoder: false,
	layout: 'auto',
	seats: 8,
	participants: [],
	hands_up: 0
};

/** The stage of one broadcast, as its room tells of it. */
export class Stage {
	view = $state.raw<StageView>(NOBODY);
	read = $state(false);

	readonly place = $derived(this.view.you?.place ?? 'away');
	readonly hosts = $derived(this.view.you?.hosts ?? false);
	/** Under which name whoever looks is on it. */
	readonly own = $derived(this.view.you?.id ?? null);
	/** Whether there is anything to be seen of it. */
	readonly open = $derived(this.view.on_air || this.view.participants.length > 0);

	constructor(readonly stream: string) {}

	refresh = async (): Promise<void> => {
		try {
			this.take(await onstage.get(this.stream));
		} catch {
			// The room tells of it when something happens.
		}
	};

	/** What a whole room is told says of nobody what they are: who hears it is nothing special. */
	take = (view: StageView): void => {
		this.view = view;
		this.read = true;
	};

	async raise(): Promise<void> {
		this.take(await onstage.raise(this.stream));
	}

	async lower(): Promise<void> {
		await onstage.lower(this.stream);
		await this.refresh();
	}

	async enter(): Promise<void> {
		this.take(await onstage.enter(this.stream));
	}

	async leave(): Promise<void> {
		await onstage.leave(this.stream);
		await this.refresh();
	}
}
