/** What the sessions page asks: pages of the listing, some of its rows, its exports, small charts, a scan. */
import { answer, api, type ListingQuery } from '../../api/client.ts';
import type { SessionPage, Sparks } from '../../api/schema.d.ts';

/** Rows of one page: what a person scrolls through in a moment. */
export const PAGE = 200;
/** As many sessions as one request may name. */
export const MOST_NAMED = 500;

/** Load one page of sessions. */
export function loadSessions(query: ListingQuery, signal: AbortSignal | null = null): Promise<SessionPage> {
  return answer(api.GET('/api/sessions', { params: { query }, signal }));
}

/** Load some sessions by their ids: those that fit the listing, as the listing shows them. */
export function loadNamed(query: ListingQuery, ids: string[], limit: number, signal: AbortSignal): Promise<SessionPage> {
  return loadSessions({ ...query, session_id: ids, limit }, signal);
}

/** Load the small charts of some sessions. */
export function loadSparks(ids: string[], signal: AbortSignal | null = null): Promise<Sparks> {
  return answer(api.GET('/api/sparks', { params: { query: { session_id: ids } }, signal }));
}

/** Begin to read what the agents left; false where that is going on already. */
export async function scan(): Promise<boolean> {
  return (await answer(api.POST('/api/scan', { body: { full: false } }))).begun;
}

export type Format = 'csv' | 'json' | 'jsonl';
export const FORMATS: { format: Format; title: string }[] = [
  { format: 'csv', title: 'CSV' },
  { format: 'json', title: 'JSON' },
  { format: 'jsonl', title: 'JSON lines' },
];

/** Where the sessions of a listing can be downloaded; with ids, only those. */
export function exportAddress(query: ListingQuery, format: Format, ids: Iterable<string> = []): string {
  const words = new URLSearchParams({ format });
  for (const [name, value] of Object.entries(query)) {
    if (name === 'limit' || name === 'after') continue;
    for (const one of Array.isArray(value) ? value : [value]) if (one != null) words.append(name, String(one));
  }
  for (const id of ids) words.append('session_id', id);
  return `/api/export/sessions?${words}`;
}
