/** What the sessions page asks: the listing, filtered and sorted as the address says. */
import { answer, api, type ListingQuery } from '../../api/client.ts';
import type { SessionPage } from '../../api/schema.d.ts';

/** Load one page of sessions. */
export function loadSessions(query: ListingQuery, signal: AbortSignal): Promise<SessionPage> {
  return answer(api.GET('/api/sessions', { params: { query }, signal }));
}
