/**
 * A session's conversation as it is loaded: its outline at once, what was said page by page where it is looked at.
 *
 * Words are kept by the id of their event, which stays the same whatever is shown; positions move with `everything`.
 */
import { SvelteMap, SvelteSet } from 'svelte/reactivity';
import { ApiError, isAbort } from '../../../api/client.ts';
import type { SessionAnswer } from '../../../api/schema.d.ts';
import { NO_EVENTS, type Events } from './events.ts';
import { loadEvents, loadPage, loadWhole, type Said } from './load.ts';
import { rowsOf, type Row } from './rows.ts';

const PAGE = 100;
const AT_ONCE = 2;

export class Conversation {
  readonly session: string;
  /** What the server knows the session by: its id, and its agent where the id alone would not do. */
  readonly address: string;
  readonly subagents: ReadonlyMap<string, SessionAnswer>;
  /** How deep it is nested: 0 for the session of the page. */
  readonly depth: number;
  readonly said = new SvelteMap<string, Said>();
  /** Events whose rows were drawn; a list draws what is new in it a moment after it is there. */
  readonly drawn = new SvelteSet<string>();
  /** Blocks that were turned from how they are at first, by id. */
  readonly turned = new SvelteSet<string>();
  events = $state.raw<Events>(NO_EVENTS);
  rows = $derived(rowsOf(this.events));
  loaded = $state(false);
  error = $state.raw<ApiError>();
  pageError = $state.raw<ApiError>();
  /** Grows when words arrive. */
  arrivals = $state(0);
  /** The agent is at work: a call without a result has not come to its end. */
  goesOn = $state(false);
  /** While it is played: what happens after this time is not there yet. */
  playhead = $state(Infinity);
  #everything = false;
  #results = new SvelteMap<string, string>();
  #calls = new SvelteMap<string, string>();
  #wanted: number[] = [];
  #running = new Map<number, AbortController>();
  #tried = new Set<number>();
  #failed = new Set<number>();
  #outline: AbortController | undefined;
  #waiting: (() => void)[] = [];

  constructor(session: string, subagents: readonly SessionAnswer[], { address = session, depth = 0 } = {}) {
    this.session = session;
    this.address = address;
    this.subagents = new Map(subagents.map((one) => [one.session_id, one]));
    this.depth = depth;
  }

  /**
   * Load the outline, again or for the first time; `whole` waits for the words of what is new at its end, so that they
   * come with their rows. Gives how many milliseconds it took.
   */
  async load(everything: boolean, whole = false): Promise<number> {
    this.#outline?.abort();
    const mine = (this.#outline = new AbortController());
    const began = performance.now();
    try {
      const events = await loadEvents(this.address, everything, mine.signal);
      if (whole) await this.#fill(events, everything, mine.signal);
      this.#everything = everything;
      this.#tried.clear();
      this.events = events;
      this.loaded = true;
      this.error = undefined;
    } catch (thrown) {
      if (!mine.signal.aborted && !isAbort(thrown)) this.error = asError(thrown);
    }
    return performance.now() - began;
  }

  /** Load the words at the end of an outline that is not shown yet. */
  async #fill(events: Events, everything: boolean, signal: AbortSignal): Promise<void> {
    const first = Math.max(0, events.length - PAGE);
    const missing = events.ids.slice(first).findIndex((id) => !this.said.has(id));
    if (missing < 0) return;
    for (const one of await loadPage(this.address, first + missing, PAGE, everything, signal)) this.#take(one);
  }

  stop(): void {
    this.#outline?.abort();
    for (const one of this.#running.values()) one.abort();
    this.#running.clear();
  }

  /** Ask for what is said at some positions; only the last wish counts. */
  want(positions: Iterable<number>): void {
    const pages = new Set<number>();
    for (const position of positions) {
      const id = this.events.ids[position];
      if (id !== undefined && !this.said.has(id)) pages.add(Math.floor(position / PAGE));
    }
    this.#wanted = [...pages];
    this.#forgive();
    this.#pump();
  }

  /** Ask for some positions and wait until they are here, or until it took too long. */
  async ensure(positions: Iterable<number>, patience: number): Promise<void> {
    this.want(positions);
    if (!this.#pages().length) return;
    const arrived = new Promise<void>((resolve) => this.#waiting.push(resolve));
    await Promise.race([arrived, new Promise((resolve) => setTimeout(resolve, patience))]);
  }

  /** Try again what failed. */
  retry(): void {
    this.pageError = undefined;
    this.#forgive();
    this.#pump();
  }

  /** Pages that failed are asked for again when they are wanted again, not by themselves. */
  #forgive(): void {
    for (const page of this.#failed) this.#tried.delete(page);
    this.#failed.clear();
  }

  /** What a row's own event says; undefined while it is on its way. */
  entry(row: Row): Said | undefined {
    return this.said.get(row.id);
  }

  /** The result of a call: the one with its id, or, before that is known, the one that its time points to. */
  result(row: Row): Said | undefined {
    const call = this.said.get(row.id);
    const known = call?.call_id ? this.#results.get(call.call_id) : undefined;
    if (known) return this.said.get(known);
    const guess = row.result < 0 ? undefined : this.said.get(this.events.ids[row.result] ?? '');
    const another = guess?.call_id && guess.call_id !== call?.call_id && this.#calls.has(guess.call_id);
    return another ? undefined : guess;
  }

  /** Whether the call that a result answers is known to stand elsewhere. */
  hasCall(result: Said): boolean {
    return this.#calls.has(result.call_id);
  }

  /** Load all that an event says. Throws `ApiError`. */
  async whole(id: string): Promise<void> {
    this.#take(await loadWhole(this.address, id));
  }

  isOpen(id: string, atFirst = false): boolean {
    return this.turned.has(id) !== atFirst;
  }

  turn(id: string): void {
    if (!this.turned.delete(id)) this.turned.add(id);
  }

  open(id: string, atFirst = false): void {
    if (!this.isOpen(id, atFirst)) this.turn(id);
  }

  #pages(): number[] {
    return this.#wanted.filter((page) => !this.#tried.has(page));
  }

  #pump(): void {
    while (this.#running.size < AT_ONCE) {
      const page = this.#pages().find((one) => !this.#running.has(one));
      if (page === undefined) break;
      void this.#run(page);
    }
    if (!this.#pages().length) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  async #run(page: number): Promise<void> {
    const mine = new AbortController();
    this.#running.set(page, mine);
    const { revision } = this.events;
    try {
      const rows = await loadPage(this.address, page * PAGE, PAGE, this.#everything, mine.signal);
      for (const row of rows) this.#take(row);
      if (!this.#failed.size) this.pageError = undefined;
      this.arrivals += 1;
    } catch (thrown) {
      if (mine.signal.aborted) return;
      this.pageError = asError(thrown);
      this.#failed.add(page);
    }
    this.#running.delete(page);
    if (revision === this.events.revision || this.#failed.has(page)) this.#tried.add(page);
    this.#pump();
  }

  #take(said: Said): void {
    const whole = this.said.get(said.id);
    if (whole && whole.left_out === 0 && said.left_out > 0) return;
    this.said.set(said.id, said);
    if (!said.call_id) return;
    if (said.kind === 'tool_result') this.#results.set(said.call_id, said.id);
    else this.#calls.set(said.call_id, said.id);
  }
}

function asError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  console.error(thrown);
  return new ApiError('The page could not make sense of the answer.', 'Reload; if it stays, please report it.', -1);
}
