/** What this page asks: usage by model. */
import type { ListingQuery } from '../../api/client.ts';
import { loadUsage, type Usage } from '../../lib/usage.ts';

/** Load usage by model. */
export function loadModels(query: ListingQuery, signal: AbortSignal): Promise<Usage> {
  return loadUsage(query, 'model', signal);
}
