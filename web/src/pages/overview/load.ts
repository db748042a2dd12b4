/** What the overview asks beside usage: the dearest sessions, what runs, and what is confirmed. */
import { answer, api, type ListingQuery } from '../../api/client.ts';
import type { Confirmed, SessionPage, TokenSessions } from '../../api/schema.d.ts';

export interface Running {
  page: SessionPage;
  minutes: TokenSessions;
}

const TOP = 6;
const RUNNING = 50;

/** Load the dearest sessions of a range. */
export function loadTopSessions(query: ListingQuery, signal: AbortSignal): Promise<SessionPage> {
  return answer(api.GET('/api/sessions', { params: { query: { ...query, sort: 'cost', limit: TOP } }, signal }));
}

/** Load how much of a range's cost more than one source tells. */
export function loadConfirmed(query: ListingQuery, signal: AbortSignal): Promise<Confirmed> {
  return answer(api.GET('/api/confirmed', { params: { query }, signal }));
}

/** Load what runs now, whatever the range, with its tokens per minute of the last hour. */
export async function loadRunning(query: ListingQuery, signal: AbortSignal): Promise<Running> {
  const { since: _since, until: _until, status: _status, ...others } = query;
  const [page, minutes] = await Promise.all([
    answer(
      api.GET('/api/sessions', {
        params: { query: { ...others, range: 'all', active: true, no_subagents: true, sort: 'ended', limit: RUNNING } },
        signal,
      }),
    ),
    answer(api.GET('/api/tokens/sessions', { params: { query: { hours: 1 } }, signal })),
  ]);
  return { page, minutes };
}
