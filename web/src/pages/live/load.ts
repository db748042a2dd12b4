/** What the live page asks: what goes on now, and how tools were used in the range. */
import { answer, api, type ListingQuery } from '../../api/client.ts';
import type { Now, ToolListing } from '../../api/schema.d.ts';

export type By = 'tool' | 'session';

/** The filters of what goes on now: all but the range. */
export function withoutRange(query: ListingQuery): ListingQuery {
  const { range: _range, since: _since, until: _until, ...others } = query;
  return others;
}

/** Load what goes on now. */
export function loadNow(query: ListingQuery, signal: AbortSignal): Promise<Now> {
  return answer(api.GET('/api/now', { params: { query }, signal }));
}

const MOST = 200;

/** Load how tools were used, by tool or by session. */
export function loadTools(query: ListingQuery, by: By, signal: AbortSignal): Promise<ToolListing> {
  return answer(api.GET('/api/tools', { params: { query: { ...query, by, limit: MOST } }, signal }));
}
