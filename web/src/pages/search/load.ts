/** What the search page asks: the events that hold the words, from every session that the filters select. */
import { answer, api } from '../../api/client.ts';
import type { FoundListing, paths } from '../../api/schema.d.ts';

export type SearchQuery = paths['/api/search']['get']['parameters']['query'];
export type Kind = NonNullable<NonNullable<SearchQuery['kind']>[number]>;

/** Find words in everything that was said. */
export async function loadFound(query: SearchQuery, signal: AbortSignal): Promise<FoundListing> {
  // The client widens pairs to lists.
  return (await answer(api.GET('/api/search', { params: { query }, signal }))) as FoundListing;
}
