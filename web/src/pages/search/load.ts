/** What the search page asks: sessions that hold the words. */
import { answer, api, type ListingQuery } from '../../api/client.ts';
import type { SessionPage } from '../../api/schema.d.ts';

/** Find sessions by their title, first prompt, project or id. */
export function loadFound(query: ListingQuery, signal: AbortSignal): Promise<SessionPage> {
  return answer(api.GET('/api/sessions', { params: { query: { ...query, limit: 50 } }, signal }));
}
