/**
 * Launched sessions as they stand, and what is being written in them: listed once, kept fresh by the live stream.
 *
 * What a stranger would get wrong: the event `launch` never tells what is being written; pieces do. Whoever has missed
 * one asks for the launch anew.
 */
import { access } from './access.svelte.ts';
import { answer, api, ApiError, isAbort } from './client.ts';
import { hear, live, subscribe, whenOpen } from './live.svelte.ts';
import type { Elsewhere, LaunchAnswer, LaunchListing, NewLaunch } from './schema.d.ts';
import { PATIENCE, sent, whole, withPiece, withWritten, type Block, type Piece } from './writing.ts';

export interface Launch {
  answer: LaunchAnswer;
  /** What is being written, and what was, until the session holds it. */
  blocks: Block[];
}

/** What is to be launched; what is left out is as the server does it. */
export type Wish = Pick<NewLaunch, 'prompt'> & Partial<NewLaunch>;
export type Permit = 'allow' | 'allow_session' | 'deny';

const OVER = new Set(['completed', 'failed', 'stopped']);
/** A row that is still missing by then is asked for all the same. */
const BIRTH = 3_000;
const SECOND_LOOK = 1_500;

let listing = $state.raw<LaunchListing | null>(null);
let known = $state.raw<ReadonlyMap<string, Launch>>(new Map());
/** Sessions that were launched here a moment ago, whose row nobody has told of yet. */
let unborn = $state.raw<ReadonlySet<string>>(new Set());
let failure = $state.raw<ApiError | null>(null);
let asking: Promise<void> | null = null;
let askAgain = false;
let nextSent = 1;
const fetching = new Set<string>();
/** How often the stream told of a launch: what it told while an answer was on its way is newer than the answer. */
const toldOf = new Map<string, number>();
/** When the stream last opened, in epoch milliseconds. */
let openedAt = 0;
/** Launches whose whole blocks are looked at again. */
const again = new Set<string>();

const newestFirst = $derived([...known.values()].sort((one, other) => other.answer.created - one.answer.created));

export const launches = {
  /** null before the server's first answer. */
  get listing(): LaunchListing | null {
    return listing;
  },
  /** Why there is none. */
  get failure(): ApiError | null {
    return failure;
  },
  /** All that are known, the newest first. */
  get all(): readonly Launch[] {
    return newestFirst;
  },
  get elsewhere(): readonly Elsewhere[] {
    return listing?.elsewhere ?? [];
  },
  byId(id: string): Launch | undefined {
    return known.get(id);
  },
  /** The newest launch of a session. */
  ofSession(session: string): Launch | undefined {
    return session ? newestFirst.find((one) => one.answer.session_id === session) : undefined;
  },
  isUnborn(session: string): boolean {
    return unborn.has(session);
  },
};

/** Whether a launch goes on. */
export function isAlive(launch: Launch | undefined): launch is Launch {
  return launch !== undefined && !OVER.has(launch.answer.state);
}

/** Begin to keep the launches; called once, by the app, before it listens. */
export function keepLaunches(): void {
  hear<LaunchAnswer>('launch', onLaunch);
  hear<Piece>('piece', onPiece);
  whenOpen(() => {
    openedAt = Date.now();
    void loadLaunches();
  });
  subscribe((change) => {
    if (unborn.size) unborn = new Set([...unborn].filter((id) => !change.sessions.some((one) => one.session_id === id)));
  });
}

/** List all anew. Two who ask at once share an answer. */
export function loadLaunches(): Promise<void> {
  if (asking) askAgain = true;
  asking ??= load().finally(() => {
    asking = null;
    if (!askAgain) return;
    askAgain = false;
    void loadLaunches();
  });
  return asking;
}

/** Launch a session. Throws `ApiError`. */
export async function launch(wish: Wish): Promise<LaunchAnswer> {
  const body: NewLaunch = { agent: '', allowed_tools: [], directory: '', fork: false, model: '', permission_mode: '', resume: '', ...wish };
  const begun = await answer(api.POST('/api/launches', { body }));
  if (begun.session_id && begun.session_id !== wish.resume) expectBirth(begun.session_id);
  // The stream may have told more of it already.
  if (!known.has(begun.id)) take(begun);
  return begun;
}

/** Wait until a launch says which session it is; null where it ended without one. */
export async function sessionOf(id: string, patience = 60_000): Promise<string | null> {
  const until = Date.now() + patience;
  while (Date.now() < until) {
    const found = known.get(id)?.answer;
    if (found?.session_id) return found.session_id;
    if (found && OVER.has(found.state)) return null;
    await new Promise((go) => setTimeout(go, 50));
  }
  return null;
}

// What these answer is as old as the request: the stream tells what came of it, and may have done so before.

/** Send a further prompt. Throws `ApiError`. */
export async function message(id: string, text: string): Promise<void> {
  const block = sent(`sent ${nextSent++}`, text, Date.now());
  change(id, (one) => ({ ...one, blocks: [...one.blocks, block] }));
  try {
    await answer(api.POST('/api/launches/{launch_id}/message', { params: { path: { launch_id: id } }, body: { text } }));
  } catch (thrown) {
    change(id, (one) => ({ ...one, blocks: one.blocks.filter((other) => other !== block) }));
    throw thrown;
  }
  setTimeout(() => forget(id), PATIENCE);
}

/** Stop what the agent does now. Throws `ApiError`. */
export async function interrupt(id: string): Promise<void> {
  await answer(api.POST('/api/launches/{launch_id}/interrupt', { params: { path: { launch_id: id } } }));
}

/** End a launched session. Throws `ApiError`. */
export async function stop(id: string): Promise<void> {
  await answer(api.POST('/api/launches/{launch_id}/stop', { params: { path: { launch_id: id } } }));
}

/** Answer a request for permission. Throws `ApiError`. */
export async function permit(id: string, permission: string, behavior: Permit, reason = ''): Promise<void> {
  const path = { launch_id: id, permission };
  const body = { behavior, message: reason };
  await answer(api.POST('/api/launches/{launch_id}/permissions/{permission}', { params: { path }, body }));
}

/** Let go of whole blocks that the session holds; given by whoever shows both. */
export function release(id: string, names: readonly string[]): void {
  if (names.length) change(id, (one) => ({ ...one, blocks: one.blocks.filter((block) => !names.includes(block.name)) }));
}

async function load(): Promise<void> {
  if (access.refused) return;
  const before = new Map(toldOf);
  try {
    const told = await answer(api.GET('/api/launches', {}));
    listing = told as LaunchListing;
    failure = null;
    const ids = new Set(listing.launches.map((one) => one.id));
    for (const one of listing.launches) take(newest(one, before.get(one.id)));
    // A server that has just begun has not found them all yet.
    const missing = [...known.values()].filter((one) => isAlive(one) && !ids.has(one.answer.id));
    if (missing.length) setTimeout(() => missing.forEach((one) => void fetchOne(one.answer.id)), SECOND_LOOK);
  } catch (thrown) {
    if (isAbort(thrown) || !(thrown instanceof ApiError)) return;
    failure = thrown;
  }
}

/** Take in all of a launch, with what it is writing. */
function take(told: LaunchAnswer): void {
  const blocks = withWritten(known.get(told.id)?.blocks ?? [], told.writing, Date.now());
  put(told.id, { answer: told, blocks });
  forgetLater(told.id, blocks);
}

/** Take in how a launch stands; what is being written comes piece by piece. */
function takeState(told: LaunchAnswer): void {
  const before = known.get(told.id);
  if (!before) {
    take(told);
    return;
  }
  const rests = OVER.has(told.state) || (told.state === 'waiting' && told.asked.length === 0);
  const blocks = rests ? before.blocks.map((block) => whole(block, Date.now())) : before.blocks;
  put(told.id, { answer: told, blocks });
  if (rests) forgetLater(told.id, blocks);
}

/** An answer as it is, or, where the stream has told more since it was asked for, only what it says is being written. */
function newest(told: LaunchAnswer, before: number | undefined): LaunchAnswer {
  const here = known.get(told.id);
  return here && toldOf.get(told.id) !== before ? { ...here.answer, writing: told.writing } : told;
}

function onLaunch(told: LaunchAnswer): void {
  toldOf.set(told.id, (toldOf.get(told.id) ?? 0) + 1);
  const isNew = !known.has(told.id);
  takeState(told);
  if (isNew) void fetchOne(told.id);
}

function onPiece(piece: Piece): void {
  const before = known.get(piece.launch);
  const blocks = before ? withPiece(before.blocks, piece, Date.now()) : null;
  if (!before || !blocks) {
    void fetchOne(piece.launch);
    return;
  }
  put(piece.launch, { ...before, blocks });
  if (piece.done) forgetLater(piece.launch, blocks);
}

async function fetchOne(id: string): Promise<void> {
  if (fetching.has(id)) return;
  fetching.add(id);
  const before = toldOf.get(id);
  try {
    const told = await answer(api.GET('/api/launches/{launch_id}', { params: { path: { launch_id: id } } }));
    take(newest(told, before));
  } catch (thrown) {
    if (thrown instanceof ApiError && thrown.status === 404) known = new Map([...known].filter(([other]) => other !== id));
    else console.warn('dashcam: a launch could not be read', thrown);
  } finally {
    fetching.delete(id);
  }
}

function change(id: string, how: (launch: Launch) => Launch): void {
  const before = known.get(id);
  if (before) put(id, how(before));
}

function put(id: string, launch: Launch): void {
  known = new Map(known).set(id, launch);
}

function forgetLater(id: string, blocks: readonly Block[]): void {
  if (blocks.some((one) => one.done)) setTimeout(() => forget(id), PATIENCE + 50);
}

/**
 * Whatever no event came to hold is let go of after a while, since it was recorded otherwise than it was told. Only time
 * in which events could come counts.
 */
function forget(id: string): void {
  const before = Date.now() - PATIENCE;
  if (live.connection !== 'live' || openedAt > before) {
    if (!again.has(id)) setTimeout(() => (again.delete(id), forget(id)), PATIENCE);
    again.add(id);
    return;
  }
  change(id, (one) => {
    const kept = one.blocks.filter((block) => !block.done || block.doneAt > before);
    return kept.length === one.blocks.length ? one : { ...one, blocks: kept };
  });
}

function expectBirth(session: string): void {
  unborn = new Set(unborn).add(session);
  setTimeout(() => (unborn = new Set([...unborn].filter((id) => id !== session))), BIRTH);
}
