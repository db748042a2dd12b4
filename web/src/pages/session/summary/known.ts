/** What is known of a session's usage, and the reason in words where nothing is. */
import type { DetailAnswer } from '../../../api/schema.d.ts';
import { knownOf, type Known } from '../../../lib/sums.ts';

/** Whether tokens are on record: its own, or those of a subagent. */
export function isKnown(session: DetailAnswer): boolean {
  return session.total_tokens !== null || session.together.calls > 0;
}

/** Why there is no cost. */
export function whyNoCost(session: DetailAnswer): string {
  if (!isKnown(session)) return 'This session left no usage on record: its tokens and cost are unknown';
  if (session.together.unpriced_calls) return 'No price is known for its models; Settings can give them one';
  return 'No call to a model is on record';
}

/** How much is on record of what the session and its subagents used. */
export function knownTogether(session: DetailAnswer): Known {
  const unknown = [session, ...session.subagents].filter((one) => one.total_tokens === null).length;
  return knownOf({ ...session.together, unknown_sessions: unknown });
}
