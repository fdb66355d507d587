import Baby from '@lucide/svelte/icons/baby';
import Bird from '@lucide/svelte/icons/bird';
import Cat from '@lucide/svelte/icons/cat';
import Clapperboard from '@lucide/svelte/icons/clapperboard';
import Crown from '@lucide/svelte/icons/crown';
import Drama from '@lucide/svelte/icons/drama';
import Fish from '@lucide/svelte/icons/fish';
import Ghost from '@lucide/svelte/icons/ghost';
import MoonStar from '@lucide/svelte/icons/moon-star';
import Popcorn from '@lucide/svelte/icons/popcorn';
import Rabbit from '@lucide/svelte/icons/rabbit';
import Rocket from '@lucide/svelte/icons/rocket';
import Sailboat from '@lucide/svelte/icons/sailboat';
import TreePine from '@lucide/svelte/icons/tree-pine';

/** The pictures that a profile may have: a figure on a stage cloth. */
export const AVATARS = [
	{ name: 'popcorn', label: 'Popcorn', icon: Popcorn, from: '#8c2331', to: '#3d1117' },
	{ name: 'cat', label: 'Cat', icon: Cat, from: '#8a6420', to: '#2e2210' },
	{ name: 'rocket', label: 'Rocket', icon: Rocket, from: '#2f5474', to: '#101c2c' },
	{ name: 'tree', label: 'Tree', icon: TreePine, from: '#3a6a4c', to: '#13241b' },
	{ name: 'ghost', label: 'Ghost', icon: Ghost, from: '#643a7c', to: '#251430' },
	{ name: 'rabbit', label: 'Rabbit', icon: Rabbit, from: '#94481f', to: '#2f170c' },
	{ name: 'masks', label: 'Masks', icon: Drama, from: '#7a2f5c', to: '#2b0f20' },
	{ name: 'boat', label: 'Boat', icon: Sailboat, from: '#1f6b6b', to: '#0b2525' },
	{ name: 'moon', label: 'Moon', icon: MoonStar, from: '#39407f', to: '#141730' },
	{ name: 'bird', label: 'Bird', icon: Bird, from: '#5d6b23', to: '#1f250b' },
	{ name: 'crown', label: 'Crown', icon: Crown, from: '#8c5b23', to: '#36200b' },
	{ name: 'fish', label: 'Fish', icon: Fish, from: '#23628c', to: '#0c2233' },
	{ name: 'slate', label: 'Slate', icon: Clapperboard, from: '#5a4d44', to: '#1d1814' },
	{ name: 'baby', label: 'Baby', icon: Baby, from: '#8a4f63', to: '#301822' }
] as const;

export type AvatarName = (typeof AVATARS)[number]['name'];
