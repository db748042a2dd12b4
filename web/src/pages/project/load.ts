/** What this page asks: the usage of one project, found by its id, and its latest sessions. */
import { answer, api, type ListingQuery } from '../../api/client.ts';
import type { ProjectUsage, SessionPage } from '../../api/schema.d.ts';

/** Load the usage of a project. */
export function loadProject(id: string, query: ListingQuery, signal: AbortSignal): Promise<ProjectUsage> {
  return answer(api.GET('/api/projects/{project_id}/usage', { params: { path: { project_id: id }, query }, signal }));
}

/** Load the sessions of a project, as many as the query says. */
export function loadSessions(query: ListingQuery, signal: AbortSignal): Promise<SessionPage> {
  return answer(api.GET('/api/sessions', { params: { query }, signal }));
}
