/** The figures at the head of a page, with those of the period before. */
import { answer, api, type ListingQuery } from '../api/client.ts';
import type { Cards } from '../api/schema.d.ts';

/** Load the figures of a range. */
export function loadCards(query: ListingQuery, signal: AbortSignal): Promise<Cards> {
  return answer(api.GET('/api/overview', { params: { query }, signal }));
}
