/** What the page of one session asks. */
import { answer, api } from '../../api/client.ts';

/** Load one session by its id. */
export function loadSession(id: string, signal: AbortSignal) {
  return answer(api.GET('/api/sessions/{session_id}', { params: { path: { session_id: id } }, signal }));
}
