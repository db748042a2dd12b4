/**
 * A session's calls as they are read: page by page in the order of time, so new ones of a running session come last.
 */
import { onDestroy, untrack } from 'svelte';
import { ApiError, isAbort } from '../../../api/client.ts';
import { subscribe } from '../../../api/live.svelte.ts';
import type { DetailAnswer, SessionCall } from '../../../api/schema.d.ts';
import { loadCalls, touches } from '../load.ts';

const SETTLE = 1000;

/** Not every call has an id of its own: a gateway may give one to several. */
export interface Call extends SessionCall {
  key: string;
}

export class CallList {
  rows = $state.raw<Call[]>([]);
  loading = $state(false);
  error = $state.raw<ApiError | undefined>(undefined);
  #id = '';
  /** The cursor of the last page, from which on there may be more. */
  #last = '';
  #next: string | null = '';
  #whole: Call[] = [];
  #aborter = new AbortController();

  begin(id: string): void {
    this.stop();
    this.#id = id;
    this.#last = '';
    this.#next = '';
    this.#whole = [];
    this.rows = [];
    this.loading = false;
    void this.more();
  }

  /** Load the next page, if there is one. */
  async more(): Promise<void> {
    const after = this.#next;
    if (after === null || this.loading) return;
    await this.#load(after);
  }

  /** Load all that is left. */
  async all(): Promise<void> {
    while (this.#next !== null && !this.error && !this.#aborter.signal.aborted) {
      if (this.loading) await new Promise((done) => setTimeout(done, 50));
      else await this.more();
    }
  }

  /** Look again at the last page: a running session has gone on. */
  async renew(): Promise<void> {
    if (!this.loading && this.#next === null) await this.#load(this.#last);
  }

  stop(): void {
    this.#aborter.abort();
    this.#aborter = new AbortController();
  }

  async #load(after: string): Promise<void> {
    const { signal } = this.#aborter;
    this.loading = true;
    try {
      const page = await loadCalls(this.#id, after, signal);
      if (signal.aborted) return;
      if (after !== this.#last) this.#whole = this.rows;
      const before = after === '' ? [] : this.#whole;
      this.rows = [...before, ...page.rows.map((row, index) => ({ ...row, key: `${before.length + index} ${row.call_id}` }))];
      this.#last = after;
      this.#next = page.next;
      this.error = undefined;
    } catch (thrown) {
      if (signal.aborted || isAbort(thrown)) return;
      this.error = thrown instanceof ApiError ? thrown : new ApiError('The page could not make sense of the answer.', 'Reload the page.', -1);
    } finally {
      if (!signal.aborted) this.loading = false;
    }
  }
}

/** Keep the calls of a session. Called while a component begins. */
export function callList(id: () => string, session: () => DetailAnswer): CallList {
  const list = new CallList();
  let timer: ReturnType<typeof setTimeout> | undefined;
  $effect(() => {
    const wanted = id();
    untrack(() => list.begin(wanted));
  });
  onDestroy(
    subscribe((change) => {
      if (change.complete && !touches(change, id(), session())) return;
      clearTimeout(timer);
      timer = setTimeout(() => void list.renew(), SETTLE);
    }),
  );
  onDestroy(() => {
    clearTimeout(timer);
    list.stop();
  });
  return list;
}
