/**
 * What the server says of itself: version, currency, zone, agents. Loaded once, and again when the stream comes back.
 */
import { access } from '../api/access.svelte.ts';
import { answer, api, isAbort } from '../api/client.ts';
import { subscribe } from '../api/live.svelte.ts';
import type { AgentName, StatusAnswer } from '../api/schema.d.ts';
import { setLocale } from './locale.svelte.ts';

let current = $state.raw<StatusAnswer | null>(null);

export const status = {
  /** null before the server's first answer. */
  get now(): StatusAnswer | null {
    return current;
  },
};

/** The sign, title and colour of an agent; its plain name where the server does not know it. */
export function agentSign(agent: string): AgentName {
  const known = current?.agents.find((one) => one.agent === agent);
  return known ?? { agent, title: agent, sign: '●', color: '' };
}

/** Ask the server how it is. */
export async function askStatus(signal: AbortSignal | null = null): Promise<StatusAnswer> {
  return (await answer(api.GET('/api/status', { signal }))) as StatusAnswer;
}

/** Ask, and let the whole app know. */
export async function loadStatus(): Promise<void> {
  try {
    const told = await askStatus();
    current = told;
    setLocale(told.currency, told.time_zone);
  } catch (thrown) {
    if (!isAbort(thrown) && !access.refused) console.warn('dashcam: no status', thrown);
  }
}

/** Ask again whenever the server may have been another one. */
export function keepStatus(): void {
  void loadStatus();
  subscribe((change) => {
    if (!change.complete) void loadStatus();
  });
}
