/** What the page of one session asks. */
import { answer, api } from '../../api/client.ts';
import type { Changed } from '../../api/live.svelte.ts';
import type {
  CallReceiptAnswer,
  CallsPage,
  DetailAnswer,
  ChangeListing,
  SessionCall,
  SessionMinutes,
  SideBySide,
} from '../../api/schema.d.ts';

export const CALLS = 500;

/** Load one session by its id. */
export async function loadSession(id: string, signal: AbortSignal): Promise<DetailAnswer> {
  return answer(api.GET('/api/sessions/{session_id}', { params: { path: { session_id: id } }, signal }));
}

/** Load a session by the minute; with its subagents where that is wanted. */
export async function loadMinutes(key: { id: string; subagents: boolean }, signal: AbortSignal): Promise<SessionMinutes> {
  return answer(
    api.GET('/api/sessions/{session_id}/tokens', {
      params: { path: { session_id: key.id }, query: { subagents: key.subagents } },
      signal,
    }),
  );
}

/** Load the files that a session and its subagents changed. */
export async function loadFiles(id: string, signal: AbortSignal): Promise<ChangeListing> {
  return answer(api.GET('/api/sessions/{session_id}/files', { params: { path: { session_id: id } }, signal }));
}

/** Load what each source tells of a session and its subagents, and what explains how they differ. */
export async function loadAudit(id: string, signal: AbortSignal): Promise<SideBySide> {
  return answer(api.GET('/api/sessions/{session_id}/audit', { params: { path: { session_id: id } }, signal }));
}

/** Load a page of a session's calls, in the order of time. */
export async function loadCalls(id: string, after: string, signal: AbortSignal | null): Promise<CallsPage> {
  return answer(
    api.GET('/api/sessions/{session_id}/calls', {
      params: { path: { session_id: id }, query: { after, limit: CALLS } },
      signal,
    }),
  );
}

/** Load why a call cost what it did. One id may stand for several requests behind a gateway: only this one is given. */
export async function loadReceipt(call: SessionCall, signal: AbortSignal): Promise<CallReceiptAnswer | null> {
  const found = await answer(api.GET('/api/calls/{call_id}/receipt', { params: { path: { call_id: call.call_id } }, signal }));
  return found.rows.find((row) => row.request_id === call.request_id) ?? found.rows[0] ?? null;
}

/** Where a conversation can be downloaded. */
export function transcriptFiles(id: string): { title: string; href: string }[] {
  const address = `/api/sessions/${encodeURIComponent(id)}/transcript?format=`;
  return [
    { title: 'Markdown', href: `${address}md` },
    { title: 'HTML', href: `${address}html` },
    { title: 'JSON', href: `${address}json` },
    { title: 'Original JSONL', href: `${address}jsonl` },
  ];
}

/** Whether a change touches a session: itself, its subagents, or a subagent that is new. */
export function touches(change: Changed, id: string, session: DetailAnswer | undefined): boolean {
  const family = new Set([id, session?.session_id, ...(session?.subagents ?? []).map((one) => one.session_id)]);
  return change.sessions.some((one) => family.has(one.session_id) || (one.parent_id !== '' && family.has(one.parent_id)));
}
