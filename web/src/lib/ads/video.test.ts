import { expect, it } from 'vitest';
import { Plan, type Pod } from './video';

const pod = (placement: Pod['placement'], at: number): Pod => ({ placement, at, ads: [] });
const pods = [
	pod('preroll', 0),
	pod('midroll', 600),
	pod('midroll', 1200),
	pod('midroll', 1800),
	pod('postroll', 2400)
];

it('shows each once', () => {
	const plan = new Plan(pods);
	expect(plan.before()).toBe(pods[0]);
	expect(plan.before()).toBeUndefined();
	expect(plan.passed(0, 599)).toBeUndefined();
	expect(plan.passed(599.8, 600.1)).toBe(pods[1]);
	expect(plan.passed(10, 700)).toBeUndefined();
	expect(plan.after()).toBe(pods[4]);
	expect(plan.after()).toBeUndefined();
});

it('shows the last of those that are jumped over, and the others never', () => {
	const plan = new Plan(pods);
	expect(plan.passed(5, 1300)).toBe(pods[2]);
	expect(plan.passed(5, 1300)).toBeUndefined();
	expect(plan.passed(1300, 2000)).toBe(pods[3]);
});

it('leaves out what lies before the place where somebody goes on', () => {
	const plan = new Plan(pods, 1200);
	expect(plan.before()).toBe(pods[0]);
	expect(plan.passed(0, 1500)).toBeUndefined();
	expect(plan.passed(1500, 1800)).toBe(pods[3]);
});
