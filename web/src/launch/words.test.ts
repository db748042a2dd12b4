import { expect, it } from 'vitest';
import type { LaunchableAgent } from '../api/schema.d.ts';
import { NEW } from './wanted.svelte.ts';
import { firstWords, modeWords, wishOf, type Form } from './words.ts';

const FORM: Form = { agent: 'claude-code', directory: ' /shop ', prompt: 'Count', model: '', mode: '', cost: '', turns: '' };
const ABLE: LaunchableAgent = {
  agent: 'claude-code', title: 'Claude Code', program: '/bin/claude', why_not: '', permission_modes: ['default', 'plan'], can: ['max_cost', 'max_turns'],
};

it('what was not filled in is not sent', () => {
  expect(wishOf(FORM, NEW, ABLE)).toEqual({ agent: 'claude-code', directory: '/shop', prompt: 'Count', model: '' });
  expect(wishOf({ ...FORM, mode: 'default' }, NEW, ABLE)).not.toHaveProperty('permission_mode');
});

it('limits are numbers, and only sent to an agent that keeps them', () => {
  const limited = { ...FORM, cost: '0.5', turns: '3', mode: 'plan' };
  expect(wishOf(limited, NEW, ABLE)).toMatchObject({ max_cost: 0.5, max_turns: 3, permission_mode: 'plan' });
  expect(wishOf(limited, NEW, { ...ABLE, can: [] })).not.toHaveProperty('max_cost');
});

it('a session that is resumed brings its agent along', () => {
  const wish = wishOf(FORM, { ...NEW, resume: 'abc', fork: true }, ABLE);
  expect(wish).toMatchObject({ resume: 'abc', fork: true });
  expect(wish).not.toHaveProperty('agent');
});

it('a prompt is told by its first words in one line', () => {
  expect(firstWords('  Count\n the   stars ')).toBe('Count the stars');
  expect(firstWords('a'.repeat(100))).toBe(`${'a'.repeat(80)}…`);
});

it('a mode that nobody has words for is told by its name', () => {
  expect([modeWords('plan'), modeWords('strange')]).toEqual(['Plan only (plan)', 'strange']);
});
