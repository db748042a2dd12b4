/** What is known of a session's usage, and the reason in words where nothing is. */
import type { DetailAnswer } from '../../../api/schema.d.ts';

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

/** Whether the true number of tokens is more than what is on record. */
export function lacks(session: DetailAnswer): boolean {
  return [session, ...session.subagents].some((one) => one.total_tokens === null);
}

/** Whether the true cost is more than what is known of it. */
export function isPartial(session: DetailAnswer): boolean {
  return lacks(session) || session.together.unpriced_calls + session.together.inexact_calls > 0;
}
