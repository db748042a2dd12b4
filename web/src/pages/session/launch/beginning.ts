/** Whether a launch is all that there is of its session, and not a further one. */
import { isAlive, type Launch } from '../../../api/launches.svelte.ts';
import type { DetailAnswer } from '../../../api/schema.d.ts';

/** The row may have been made a moment before the launch says that it was. */
const SKEW = 2_000;

export function isBeginning(launch: Launch, session: DetailAnswer): boolean {
  return isAlive(launch) && Date.parse(session.started_at ?? '') >= launch.answer.created - SKEW;
}
