/**
 * The live stream: what changed in the store, as it happens, and whether we still hear of it.
 *
 * The stream is closed while nobody looks (a hidden page), since a browser gives one server six connections in all;
 * whoever comes back is told of a change that is not `complete`, which means: fetch again.
 */
import { access } from './access.svelte.ts';
import type { SessionAnswer, WorkNews } from './schema.d.ts';

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'offline';

export interface Changed {
  revision: number;
  sessions: SessionAnswer[];
  /** False where too much changed to be named, or it is not known what: fetch again. */
  complete: boolean;
}

type Listener = (change: Changed) => void;

const OFFLINE_AFTER = 10_000;
const RETRY_AFTER = 2_000;
const HIDDEN_FOR = 30_000;
/** The server speaks at least every 15 seconds: who hears nothing for so long has lost it, whatever the browser thinks. */
const SILENCE = 40_000;
const WATCH = 5_000;

const state = $state<{ connection: Connection; revision: number; work: WorkNews | null }>({
  connection: 'connecting',
  revision: 0,
  work: null,
});
const listeners = new Set<Listener>();
/** Those who wait for events of other names, and for each time that the stream opens. */
const others = new Map<string, (data: unknown) => void>();
const openers = new Set<() => void>();
let source: EventSource | null = null;
let lostAt = 0;
let timer: ReturnType<typeof setTimeout> | undefined;
let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
let heardAt = 0;

export const live = {
  get connection(): Connection {
    return state.connection;
  },
  get revision(): number {
    return state.revision;
  },
  /** What goes on in the background; `doing` is empty while nothing does. */
  get work(): WorkNews | null {
    return state.work;
  },
};

/** Hear of every change. Gives back what ends it. */
export function subscribe(listener: Listener): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Hear of an event of another name; to be called before `listen`. */
export function hear<Data>(name: string, listener: (data: Data) => void): void {
  others.set(name, (data) => listener(data as Data));
}

/** Be told whenever the stream opens: what was told before that was missed. */
export function whenOpen(opener: () => void): void {
  openers.add(opener);
}

/** Begin to listen; called once, by the app. */
export function listen(): void {
  document.addEventListener('visibilitychange', onVisibility);
  window.addEventListener('pagehide', close);
  setInterval(watch, WATCH);
  open();
}

/** Try again now rather than in a moment. */
export function retry(): void {
  close();
  open();
}

function open(): void {
  clearTimeout(timer);
  if (access.refused) return;
  const opened = new EventSource('/api/live');
  source = opened;
  heardAt = Date.now();
  opened.onopen = onOpen;
  opened.onerror = () => onError(opened);
  for (const name of ['alive', 'changed', 'work', ...others.keys()]) opened.addEventListener(name, () => (heardAt = Date.now()));
  opened.addEventListener('changed', (event) => {
    const change = read<Changed>(event);
    if (!change) return;
    state.revision = change.revision;
    tell(change);
  });
  opened.addEventListener('work', (event) => {
    state.work = read<WorkNews>(event) ?? state.work;
  });
  for (const [name, listener] of others) {
    opened.addEventListener(name, (event) => {
      const data = read<unknown>(event);
      if (data !== null) listener(data);
    });
  }
}

function close(): void {
  clearTimeout(timer);
  source?.close();
  source = null;
}

function onOpen(): void {
  heardAt = Date.now();
  const cameBack = lostAt > 0;
  lostAt = 0;
  state.connection = 'live';
  for (const opener of openers) opener();
  if (cameBack) tell({ revision: state.revision, sessions: [], complete: false });
}

function onError(failed: EventSource): void {
  lostAt ||= Date.now();
  state.connection = Date.now() - lostAt < OFFLINE_AFTER ? 'reconnecting' : 'offline';
  if (failed.readyState === EventSource.CLOSED && failed === source) timer = setTimeout(open, RETRY_AFTER);
}

/** A connection may die without a word, as when a laptop changes its network. */
function watch(): void {
  if (!source || Date.now() - heardAt < SILENCE) return;
  onError(source);
  retry();
}

function onVisibility(): void {
  clearTimeout(hiddenTimer);
  if (document.hidden) {
    hiddenTimer = setTimeout(() => {
      lostAt ||= Date.now();
      close();
    }, HIDDEN_FOR);
  } else if (!source) {
    lostAt = Date.now();
    open();
  }
}

function tell(change: Changed): void {
  for (const listener of listeners) listener(change);
}

function read<Data>(event: Event): Data | null {
  try {
    return JSON.parse((event as MessageEvent<string>).data) as Data;
  } catch (broken) {
    console.warn('dashcam: an event of the live stream could not be read', broken);
    return null;
  }
}
