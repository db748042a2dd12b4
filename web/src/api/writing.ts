/**
 * What a launched agent is writing: pieces put together to blocks, each once and in its place.
 *
 * A piece may come twice, late or not at all, since what is fetched and what is told cross each other. A block that is
 * whole stays until the session's events hold it, so that nothing is off the screen for a moment.
 */

/** The event `piece` of the live stream. */
export interface Piece {
  launch: string;
  session_id: string;
  block: string;
  kind: string;
  /** Signs that stood before it. */
  start: number;
  text: string;
  done: boolean;
}

export interface Block {
  /** Its name in its launch. */
  name: string;
  /** `text`, `thinking`, or `prompt` for what the person just sent. */
  kind: string;
  text: string;
  /** How long its text is as the server counts: in characters, of which JavaScript makes two beyond the basic plane. */
  signs: number;
  /** It is whole, and will come as an event of the session. */
  done: boolean;
  /** When it was whole, in epoch milliseconds; 0 before that. */
  doneAt: number;
}

/** What the server says of a block as it stands. */
export interface Written {
  block: string;
  kind: string;
  text: string;
}

/** An event of a session, as far as it tells whether a block is on screen. */
export interface Spoken {
  kind: string;
  text: string;
  /** Signs of it that are not here. */
  leftOut: number;
  position: number;
}

/** The server keeps no more than this of a block that is being written. */
export const LONGEST = 100_000;
/** A block that is in no event by then was never recorded as it was told. */
export const PATIENCE = 6_000;
/** Whole blocks that are kept at once. */
export const MOST_DONE = 20;
const AS_EVENT: Record<string, string> = { text: 'assistant', thinking: 'thinking', prompt: 'user' };

/** Add a piece. null where something before it is missing: ask for all of it anew. */
export function withPiece(blocks: readonly Block[], piece: Piece, now: number): Block[] | null {
  const known = blocks.find((one) => one.name === piece.block);
  const held = known?.signs ?? 0;
  if (piece.done && !known) return piece.start ? null : [...blocks];
  if (piece.start > held) return null;
  const fresh = Array.from(piece.text).slice(held - piece.start);
  if (known?.done && !fresh.length) return [...blocks];
  const grown: Block = {
    name: piece.block,
    kind: piece.kind,
    text: (known?.text ?? '') + fresh.join(''),
    signs: held + fresh.length,
    done: piece.done,
    doneAt: piece.done ? now : 0,
  };
  return known ? blocks.map((one) => (one === known ? grown : one)) : [...latest(blocks), grown];
}

/** Where an agent writes faster than a session is read, the oldest blocks are let go of: the session will tell them. */
function latest(blocks: readonly Block[]): readonly Block[] {
  const done = blocks.filter((one) => one.done);
  if (done.length < MOST_DONE) return blocks;
  const old = new Set(done.slice(0, done.length - MOST_DONE + 1));
  return blocks.filter((one) => !old.has(one));
}

/** Take in what the server holds. What is held here and not there has become whole; what is longer here is newer. */
export function withWritten(blocks: readonly Block[], written: readonly Written[], now: number): Block[] {
  const told = new Map(written.map((one) => [one.block, one]));
  const kept = blocks.map((one) => {
    const there = told.get(one.name);
    told.delete(one.name);
    if (!there) return whole(one, now);
    return there.text.length > one.text.length ? begun(there) : one;
  });
  return [...kept, ...[...told.values()].map(begun)];
}

function begun({ block, kind, text }: Written): Block {
  return { name: block, kind, text, signs: Array.from(text).length, done: false, doneAt: 0 };
}

/** What the person sent a moment ago, as it is shown until the session holds it. */
export function sent(name: string, text: string, now: number): Block {
  return { name, kind: 'prompt', text, signs: 0, done: true, doneAt: now };
}

/** A block that nothing will be added to. */
export function whole(block: Block, now: number): Block {
  return block.done ? block : { ...block, done: true, doneAt: now };
}

/** Whether an event says what a block says, as far as both are here. */
export function isHeldBy(block: Block, spoken: Spoken): boolean {
  if (AS_EVENT[block.kind] !== spoken.kind) return false;
  const [mine, theirs] = [block.text.trim(), spoken.text.trim()];
  if (!mine || !theirs) return false;
  if (mine === theirs) return true;
  if (spoken.leftOut > 0 && mine.startsWith(theirs)) return true;
  return block.text.length >= LONGEST && theirs.startsWith(mine);
}

/** Blocks that no event holds yet, of those at or behind a position of each block's own. Each event holds one block. */
export function unheldSince(blocks: readonly Block[], spoken: readonly Spoken[], since: (block: Block) => number): Block[] {
  const free = [...spoken];
  return blocks.filter((block) => {
    const from = since(block);
    const at = free.findIndex((one) => one.position >= from && isHeldBy(block, one));
    if (at >= 0) free.splice(at, 1);
    return at < 0;
  });
}
