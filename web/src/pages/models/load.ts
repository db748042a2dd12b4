/** What this page asks: the models of a range side by side, and what each is paid by. */
import { answer, api, type ListingQuery } from '../../api/client.ts';
import type { ModelComparison, ModelListing } from '../../api/schema.d.ts';

export interface Models {
  figures: ModelComparison;
  prices: ModelListing;
}

/** Load the models that were called in a range, and the prices of all that ever were. */
export async function loadModels(query: ListingQuery, signal: AbortSignal): Promise<Models> {
  const [figures, prices] = await Promise.all([
    answer(api.GET('/api/models', { params: { query }, signal })),
    answer(api.GET('/api/prices', { signal })),
  ]);
  return { figures, prices };
}
