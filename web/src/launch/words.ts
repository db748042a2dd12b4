/** What the parts of a launch are called. */
import type { LaunchableAgent, LaunchAnswer } from '../api/schema.d.ts';
import type { Wish } from '../api/launches.svelte.ts';
import type { Wanted } from './wanted.svelte.ts';

const MODES: Record<string, string> = {
  default: 'Ask before it acts',
  acceptEdits: 'Edit files without asking',
  plan: 'Plan only',
  bypassPermissions: 'Never ask',
  dontAsk: 'Deny what is not allowed',
  auto: 'Decide by itself',
};
const LONGEST_TITLE = 80;

/** What a permission mode means, beside its name. */
export function modeWords(mode: string): string {
  const words = MODES[mode];
  return words ? `${words} (${mode})` : mode;
}

/** The first words of a prompt, in one line. */
export function firstWords(prompt: string): string {
  const line = prompt.trim().replace(/\s+/g, ' ');
  return line.length > LONGEST_TITLE ? `${line.slice(0, LONGEST_TITLE).trimEnd()}…` : line;
}

/** A launch as one of the statuses that a session has; what waits for its turn is named for itself. */
export function stateWords(launch: LaunchAnswer): string {
  if (launch.state !== 'waiting') return launch.state;
  return launch.asked.length ? 'waiting for permission' : 'waiting for you';
}

/** What a person filled in. Numbers are as they were written. */
export interface Form {
  agent: string;
  directory: string;
  prompt: string;
  model: string;
  mode: string;
  cost: string;
  turns: string;
}

/** Make what is sent of what was filled in; nothing stands for what the agent does by itself. */
export function wishOf(form: Form, wanted: Wanted, able: LaunchableAgent | undefined): Wish {
  const can = (what: string): boolean => able?.can.includes(what) ?? true;
  const wish: Wish = { prompt: form.prompt, directory: form.directory.trim(), model: form.model.trim() };
  if (form.mode && form.mode !== able?.permission_modes[0]) wish.permission_mode = form.mode;
  if (can('max_cost') && Number(form.cost) > 0) wish.max_cost = Number(form.cost);
  if (can('max_turns') && Number(form.turns) > 0) wish.max_turns = Math.round(Number(form.turns));
  if (wanted.resume) return { ...wish, resume: wanted.resume, fork: wanted.fork };
  return { ...wish, agent: form.agent };
}
