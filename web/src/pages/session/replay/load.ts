/** What the replay asks the server. What an event does not have the server leaves out; here it is empty. */
import { answer, api } from '../../../api/client.ts';
import type { CallReceiptAnswer, EntryAnswer, FileChange, HitAnswer, MinuteAnswer, PageEntry, Todo } from '../../../api/schema.d.ts';
import { readOutline, type Events } from './events.ts';

/** An event and what it says, as far as it is here. */
export interface Said extends EntryAnswer {
  /** Characters that are not here. */
  left_out: number;
}

const MOST_HITS = 500;

export async function loadEvents(session: string, everything: boolean, signal: AbortSignal): Promise<Events> {
  const path = { session_id: session };
  return readOutline(await answer(api.GET('/api/sessions/{session_id}/outline', { params: { path, query: { everything } }, signal })));
}

export async function loadPage(session: string, position: number, limit: number, everything: boolean, signal: AbortSignal): Promise<Said[]> {
  const query = { position, limit, everything };
  const page = await answer(api.GET('/api/sessions/{session_id}/events', { params: { path: { session_id: session }, query }, signal }));
  return page.rows.map((row) => complete(row, row.left_out));
}

/** One event with all that it says. */
export async function loadWhole(session: string, event: string): Promise<Said> {
  const path = { session_id: session, event_id: event };
  return complete(await answer(api.GET('/api/sessions/{session_id}/events/{event_id}', { params: { path } })), 0);
}

export async function loadMinutes(session: string, signal: AbortSignal): Promise<MinuteAnswer[]> {
  const path = { session_id: session };
  return (await answer(api.GET('/api/sessions/{session_id}/tokens', { params: { path }, signal }))).minutes;
}

export async function loadReceipts(call: string, signal: AbortSignal): Promise<CallReceiptAnswer[]> {
  return (await answer(api.GET('/api/calls/{call_id}/receipt', { params: { path: { call_id: call } }, signal }))).rows;
}

export interface Found {
  hits: Pick<HitAnswer, 'event_id'>[];
  more: boolean;
}

export async function findIn(session: string, words: string, signal: AbortSignal): Promise<Found> {
  const query = { q: words, session_id: [session], range: 'all', limit: MOST_HITS };
  const found = await answer(api.GET('/api/search', { params: { query }, signal }));
  return { hits: found.rows, more: found.totals.more };
}

/** The address of an image of an event. */
export function imageAddress(session: string, event: string, number: number): string {
  return `/api/sessions/${encodeURIComponent(session)}/events/${encodeURIComponent(event)}/images/${number}`;
}

type Sparse<Whole> = Partial<Whole>;

function complete(entry: EntryAnswer | PageEntry, leftOut: number): Said {
  const sparse: Sparse<EntryAnswer> = entry;
  return {
    ...entry,
    left_out: leftOut,
    changes: (sparse.changes ?? []).map(completeChange),
    todos: (sparse.todos ?? []).map((todo: Sparse<Todo>) => ({ id: '', text: '', state: '', ...todo })),
    images: sparse.images ?? [],
    subagent_session_id: sparse.subagent_session_id ?? '',
  };
}

function completeChange(change: Sparse<FileChange>): FileChange {
  return { path: '', old_path: '', kind: '', patch: '', lines_left_out: 0, ...change };
}
