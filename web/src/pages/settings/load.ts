/** What the settings page asks. */
import type { StatusAnswer } from '../../api/schema.d.ts';
import { askStatus } from '../../lib/status.svelte.ts';

/** Load what the server says of itself. */
export function loadServer(signal: AbortSignal): Promise<StatusAnswer> {
  return askStatus(signal);
}
