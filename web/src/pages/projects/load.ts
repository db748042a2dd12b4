/** What this page asks: usage by project. */
import type { ListingQuery } from '../../api/client.ts';
import { loadUsage, type Usage } from '../../lib/usage.ts';

/** Load usage by project. */
export function loadProjects(query: ListingQuery, signal: AbortSignal): Promise<Usage> {
  return loadUsage(query, 'project', signal);
}
