/**
 * Something that is loaded from the server and kept fresh, with the states that every page must show.
 *
 * The old data stays while new data is on its way: `data` is set and `loading` true at once. A new key aborts the
 * request for the old one; `live` loads again, at most once a second, when the store changes. A change never aborts a
 * load that is under way: where answers take long, none would ever come.
 */
import { onDestroy, untrack } from 'svelte';
import { ApiError, isAbort } from '../api/client.ts';
import { subscribe, type Changed } from '../api/live.svelte.ts';

export interface Options<Data> {
  /** Load again when the store changes; a function says for which changes, and may put them into `data` itself. */
  live?: boolean | ((change: Changed, resource: Resource<Data>) => boolean);
  /** Keep the data under this name, so that a page that is opened again shows it at once. */
  keep?: string;
  /** The least time between two live loads, in milliseconds. */
  every?: number;
}

const KEPT = new Map<string, unknown>();
const MOST_KEPT = 40;
const SETTLE = 150;
/** A live load waits this many times as long as the last answer took: a busy server is not kept busy by whoever looks on. */
const REST = 3;

export class Resource<Data> {
  data = $state.raw<Data | undefined>(undefined);
  error = $state.raw<ApiError | undefined>(undefined);
  loading = $state(false);
  /** True where `data` belongs to the key before the present one. */
  stale = $state(false);
  /** When `data` came, in epoch milliseconds; 0 before that. */
  loadedAt = $state(0);
  #reload: () => void = () => undefined;

  /** Load again now. */
  reload(): void {
    this.#reload();
  }

  /** Change the data in place, for example by rows that the live stream brought. */
  change(how: (data: Data) => Data): void {
    if (this.data !== undefined) this.data = how(this.data);
  }

  /** Used by `resource` alone. */
  connect(reload: () => void): void {
    this.#reload = reload;
  }
}

/** Load by a key and keep it fresh. Called while a component begins; a key of null loads nothing. */
export function resource<Key, Data>(
  key: () => Key | null,
  load: (key: Key, signal: AbortSignal) => Promise<Data>,
  options: Options<Data> = {},
): Resource<Data> {
  const result = new Resource<Data>();
  let controller: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let took = 0;
  let changedMeanwhile = false;
  const spelled = $derived(JSON.stringify(key()));

  async function run(): Promise<void> {
    clearTimeout(timer);
    timer = undefined;
    changedMeanwhile = false;
    controller?.abort();
    const wanted = key();
    if (wanted === null) {
      result.loading = false;
      return;
    }
    const mine = new AbortController();
    controller = mine;
    result.loading = true;
    const began = Date.now();
    try {
      const data = await load(wanted, mine.signal);
      if (mine.signal.aborted) return;
      settle(result, data);
      if (options.keep) keep(`${options.keep} ${spelled}`, data);
    } catch (thrown) {
      if (mine.signal.aborted || isAbort(thrown)) return;
      result.error = asError(thrown);
      result.loading = false;
    }
    took = Date.now() - began;
    if (changedMeanwhile) later();
  }

  function later(): void {
    if (result.loading) {
      changedMeanwhile = true;
      return;
    }
    const rest = Math.max(options.every ?? 1000, REST * took);
    timer ??= setTimeout(() => void run(), Math.max(SETTLE, result.loadedAt + rest - Date.now()));
  }

  result.connect(() => void run());
  $effect(() => {
    const kept = options.keep ? (KEPT.get(`${options.keep} ${spelled}`) as Data | undefined) : undefined;
    void spelled;
    untrack(() => {
      if (kept !== undefined) result.data = kept;
      result.stale = result.data !== undefined && kept === undefined;
      void run();
    });
  });
  if (options.live) {
    const wants = options.live;
    onDestroy(subscribe((change) => {
      if (wants === true || !change.complete || wants(change, result)) later();
    }));
  }
  onDestroy(() => {
    clearTimeout(timer);
    controller?.abort();
  });
  return result;
}

function settle<Data>(result: Resource<Data>, data: Data): void {
  result.data = data;
  result.error = undefined;
  result.loading = false;
  result.stale = false;
  result.loadedAt = Date.now();
}

function keep(name: string, data: unknown): void {
  KEPT.delete(name);
  KEPT.set(name, data);
  if (KEPT.size > MOST_KEPT) KEPT.delete(KEPT.keys().next().value!);
}

function asError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown;
  console.error(thrown);
  return new ApiError('The page could not make sense of the answer.', 'Reload; if it stays, please report it.', -1);
}
