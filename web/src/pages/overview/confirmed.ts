/** Whether there is anything to say of how far the cost is confirmed. */
import type { Confirmed } from '../../api/schema.d.ts';

/** `free`: nothing costs anything; `alone`: no second source tells of any of it; `told`: one does, of all or a part. */
export function stateOf(found: Confirmed): 'free' | 'alone' | 'told' {
  if (!found.sessions) return 'free';
  return found.confirmed_usd > 0 ? 'told' : 'alone';
}
