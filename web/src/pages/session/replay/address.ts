/** The address at which a replay opens at an event. */
import { href } from '../../../lib/route.svelte.ts';

export function eventAddress(session: string, event: string): string {
  return href('session', { id: session }, new URLSearchParams({ view: 'replay', event }));
}

/** The address of a session's replay. */
export function replayAddress(session: string): string {
  return href('session', { id: session }, new URLSearchParams({ view: 'replay' }));
}
