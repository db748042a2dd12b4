/** What this page asks: usage by day. */
import type { ListingQuery } from '../../api/client.ts';
import { loadUsage, type Usage } from '../../lib/usage.ts';

/** Load usage by day. */
export function loadOverview(query: ListingQuery, signal: AbortSignal): Promise<Usage> {
  return loadUsage(query, 'day', signal);
}
