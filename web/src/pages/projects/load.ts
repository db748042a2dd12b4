/** What this page asks: the projects of a range. */
import { answer, api, type ListingQuery } from '../../api/client.ts';
import type { ProjectListing } from '../../api/schema.d.ts';

/** Load the projects of a range, the dearest first. */
export function loadProjects(query: ListingQuery, signal: AbortSignal): Promise<ProjectListing> {
  return answer(api.GET('/api/projects', { params: { query }, signal }));
}
