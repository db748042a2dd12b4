/**
 * The list of sessions as it is read: pages come as one scrolls, and live news changes what is there in place.
 *
 * News brings whole sessions, but does not say whether they fit the filters nor what they add up to in the range. Rows
 * that are in sight and lie in the range are put in place at once; then all that were named are asked for again, and
 * only what is not in the list yet makes it look at its first page anew.
 */
import { onDestroy, untrack } from 'svelte';
import { ApiError, isAbort, type ListingQuery } from '../../api/client.ts';
import { subscribe, type Changed } from '../../api/live.svelte.ts';
import type { SessionAnswer, SessionPage, SessionTotals } from '../../api/schema.d.ts';
import { loadNamed, loadSessions, PAGE } from './load.ts';
import { keyOf, renewed, withHead, withNext } from './merge.ts';

const EVERY = 1000;
const SETTLE = 150;
const MOST_CHANGED = 100;
const CATCH_UP = 1000;

interface Held {
  key: string;
  rows: SessionAnswer[];
  totals: SessionTotals | null;
  notes: string[];
  next: string | null;
}
let held: Held | null = null;

export class SessionList {
  rows = $state.raw<SessionAnswer[]>([]);
  totals = $state.raw<SessionTotals | null>(null);
  notes = $state.raw<string[]>([]);
  next = $state.raw<string | null>(null);
  /** The first page is on its way; the rows of the question before stay meanwhile. */
  loading = $state(true);
  paging = $state(false);
  error = $state.raw<ApiError | undefined>(undefined);
  /** Keys of sessions that appeared since `seen` was called. */
  fresh = $state.raw<readonly string[]>([]);

  #query: ListingQuery = {};
  #key = '';
  #aborter = new AbortController();
  #changed = new Set<string>();
  #complete = true;
  #below = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #refreshing = false;
  #refreshedAt = 0;

  /** Ask something else: from the first page on. */
  async ask(query: ListingQuery): Promise<void> {
    this.stop();
    this.#query = query;
    this.#key = JSON.stringify(query);
    this.#below.clear();
    this.fresh = [];
    if (held?.key === this.#key) Object.assign(this, { rows: held.rows, totals: held.totals, notes: held.notes, next: held.next });
    this.loading = true;
    this.paging = false;
    const { signal: mine } = this.#aborter;
    await this.#attempt(async (signal) => {
      const page = await loadSessions({ ...query, limit: PAGE }, signal);
      if (signal.aborted) return;
      this.rows = page.rows;
      this.next = page.next;
      this.#total(page);
    });
    if (!mine.aborted) this.loading = false;
  }

  /** Begin again. */
  retry(): void {
    void this.ask(this.#query);
  }

  /** Load the next page, if there is one. */
  async more(): Promise<void> {
    const after = this.next;
    if (after === null || this.paging || this.loading) return;
    this.paging = true;
    const { signal: mine } = this.#aborter;
    await this.#attempt(async (signal) => {
      const page = await loadSessions({ ...this.#query, limit: PAGE, after }, signal);
      if (signal.aborted) return;
      this.rows = withNext(this.rows, page.rows);
      this.next = page.next;
      this.#hold();
    });
    if (!mine.aborted) this.paging = false;
  }

  /** What appeared has been seen. */
  seen(): void {
    if (this.fresh.length) this.fresh = [];
  }

  /** Take in what the live stream says; `holds` where a row's figures are those of the range. The rest is asked for. */
  hear(change: Changed, holds: (row: SessionAnswer) => boolean): void {
    const rows = change.sessions.filter(holds);
    if (rows.length) this.rows = renewed(this.rows, rows, new Set());
    this.#complete &&= change.complete;
    for (const session of change.sessions) this.#changed.add(session.session_id);
    if (this.#changed.size > MOST_CHANGED) this.#complete = false;
    if (!this.#complete || this.#changed.size) this.#later();
  }

  /** Stop all that is under way. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#aborter.abort();
    this.#aborter = new AbortController();
    this.#changed.clear();
    this.#complete = true;
  }

  #later(): void {
    if (this.#refreshing) return;
    const wait = Math.max(SETTLE, this.#refreshedAt + EVERY - Date.now());
    this.#timer ??= setTimeout(() => void this.#refresh(), wait);
  }

  async #refresh(): Promise<void> {
    this.#timer = undefined;
    if (this.loading) return this.#later();
    const changed = [...this.#changed];
    const complete = this.#complete;
    this.#changed.clear();
    this.#complete = true;
    this.#refreshing = true;
    await this.#attempt((signal) => (complete ? this.#renew(changed, signal) : this.#catchUp(signal)));
    this.#refreshing = false;
    this.#refreshedAt = Date.now();
    if (!this.#complete || this.#changed.size) this.#later();
  }

  async #renew(changed: string[], signal: AbortSignal): Promise<void> {
    const named = await loadNamed(this.#query, changed, MOST_CHANGED, signal);
    const known = new Set(this.rows.map(keyOf));
    const unknown = named.rows.filter((row) => !known.has(keyOf(row)) && !this.#below.has(keyOf(row)));
    const head = await loadSessions({ ...this.#query, limit: unknown.length ? PAGE : 1 }, signal);
    if (signal.aborted) return;
    // Of those that were heard of again meanwhile this answer is too old; they are asked for once more.
    const isNews = (id: string): boolean => !this.#changed.has(id);
    const rows = renewed(this.rows, named.rows.filter((row) => isNews(row.session_id)), new Set(changed.filter(isNews)));
    this.#take(unknown.length ? head.rows : [], rows);
    const shown = new Set(this.rows.map(keyOf));
    for (const row of unknown) if (!shown.has(keyOf(row))) this.#below.add(keyOf(row));
    this.#total(head);
  }

  /** Ask for all that is shown again: it is not known what has changed. */
  async #catchUp(signal: AbortSignal): Promise<void> {
    const wanted = Math.max(PAGE, this.rows.length);
    let page = await loadSessions({ ...this.#query, limit: Math.min(wanted, CATCH_UP) }, signal);
    const first = page;
    const rows = [...page.rows];
    while (page.next !== null && rows.length < wanted) {
      page = await loadSessions({ ...this.#query, limit: CATCH_UP, after: page.next }, signal);
      rows.push(...page.rows);
    }
    if (signal.aborted) return;
    const known = new Set(this.rows.map(keyOf));
    const added = rows.filter((row) => !known.has(keyOf(row))).map(keyOf);
    this.rows = withNext([], rows);
    this.next = page.next;
    if (known.size) this.fresh = [...this.fresh, ...added];
    this.#total(first);
  }

  #take(head: SessionAnswer[], rows: SessionAnswer[]): void {
    const merged = withHead(rows, head);
    this.rows = merged.rows;
    if (merged.added.length) this.fresh = [...this.fresh, ...merged.added];
  }

  #total(page: SessionPage): void {
    this.totals = page.totals;
    this.notes = page.notes;
    this.#hold();
  }

  #hold(): void {
    held = { key: this.#key, rows: this.rows, totals: this.totals, notes: this.notes, next: this.next };
  }

  async #attempt(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#aborter;
    try {
      await work(signal);
      if (!signal.aborted) this.error = undefined;
    } catch (thrown) {
      if (signal.aborted || isAbort(thrown)) return;
      if (!(thrown instanceof ApiError)) console.error(thrown);
      this.error = thrown instanceof ApiError ? thrown : new ApiError('The page could not make sense of the answer.', 'Reload the page.', -1);
    }
  }
}

/** Keep a list of sessions by a question that may change. Called while a component begins. */
export function sessionList(query: () => ListingQuery, holds: (row: SessionAnswer) => boolean): SessionList {
  const list = new SessionList();
  const spelled = $derived(JSON.stringify(query()));
  $effect(() => {
    const asked = JSON.parse(spelled) as ListingQuery;
    untrack(() => void list.ask(asked));
  });
  onDestroy(subscribe((change) => list.hear(change, holds)));
  onDestroy(() => list.stop());
  return list;
}
