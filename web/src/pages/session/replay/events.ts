/**
 * The outline of a session as the replay reads it: what stands at each position, and which result answers which call.
 *
 * The outline holds no call ids, so calls and results are paired by tool and time; where several calls of one tool run
 * at once the pairing may be one off until their bodies, which hold the ids, are there (see conversation.svelte.ts).
 */
import type { Outline } from '../../../api/schema.d.ts';

export interface ModelCall {
  id: string;
  /** The event that shows it. */
  position: number;
  at: number;
  model: string;
  /** null where it has no price. */
  cost: number | null;
  output: number;
  context: number;
}

export interface Events {
  length: number;
  revision: number;
  ids: readonly string[];
  /** When it happened, in epoch milliseconds, never before the one above it. */
  times: Float64Array;
  kinds: readonly string[];
  names: readonly string[];
  failed: ReadonlySet<number>;
  inherited: ReadonlySet<number>;
  /** Milliseconds that a result took. */
  took: ReadonlyMap<number, number>;
  /** Lines added and removed. */
  changed: ReadonlyMap<number, readonly [number, number]>;
  /** Of a call the position of its result, of a result that of its call; -1 where there is none. */
  partner: Int32Array;
  calls: readonly ModelCall[];
  positions: ReadonlyMap<string, number>;
}

export const NO_EVENTS: Events = {
  length: 0,
  revision: 0,
  ids: [],
  times: new Float64Array(),
  kinds: [],
  names: [],
  failed: new Set(),
  inherited: new Set(),
  took: new Map(),
  changed: new Map(),
  partner: new Int32Array(),
  calls: [],
  positions: new Map(),
};

const SPOKEN = new Set(['assistant', 'thinking', 'tool_call']);

/** Read an outline. */
export function readOutline(outline: Outline): Events {
  const kinds = outline.kind.map((place) => outline.kinds[place] ?? '');
  const names = outline.name.map((place) => outline.names[place] ?? '');
  const took = new Map(outline.durations.position.map((at, place) => [at, outline.durations.duration_ms[place] ?? 0]));
  const { position, added, removed } = outline.changes;
  return {
    length: outline.id.length,
    revision: outline.revision,
    ids: outline.id,
    times: rising(outline.at, outline.start),
    kinds,
    names,
    failed: new Set(outline.failed),
    inherited: new Set(outline.inherited),
    took,
    changed: new Map(position.map((at, place) => [at, [added[place] ?? 0, removed[place] ?? 0] as const])),
    partner: partners(kinds, names, outline.at, took),
    calls: readCalls(outline, kinds),
    positions: new Map(outline.id.map((id, at) => [id, at])),
  };
}

/** The greatest time so far, so that a search by halves finds its way. */
function rising(offsets: readonly number[], start: number): Float64Array {
  let last = -Infinity;
  return Float64Array.from(offsets, (offset) => (last = Math.max(last, start + offset)));
}

/** Pair calls with results: the call of that tool that began when the result says so, else the one open longest. */
export function partners(
  kinds: readonly string[],
  names: readonly string[],
  times: readonly number[],
  took: ReadonlyMap<number, number>,
): Int32Array {
  const partner = new Int32Array(kinds.length).fill(-1);
  const open = new Map<string, number[]>();
  for (const [at, kind] of kinds.entries()) {
    const name = names[at] ?? '';
    if (kind === 'tool_call') {
      const waiting = open.get(name);
      if (waiting) waiting.push(at);
      else open.set(name, [at]);
    }
    if (kind !== 'tool_result') continue;
    const waiting = open.get(name);
    if (!waiting?.length) continue;
    const began = (times[at] ?? 0) - (took.get(at) ?? NaN);
    const exact = waiting.findIndex((call) => Math.abs((times[call] ?? 0) - began) <= 1);
    const [call] = waiting.splice(Math.max(exact, 0), 1) as [number];
    partner[at] = call;
    partner[call] = at;
  }
  return partner;
}

function readCalls({ calls, start }: Outline, kinds: readonly string[]): ModelCall[] {
  const stands = new Set(calls.position);
  return calls.call_id.map((id, place) => ({
    id,
    position: shownWith(calls.position[place] ?? 0, kinds, stands),
    at: start + (calls.at[place] ?? 0),
    model: calls.models[calls.model[place] ?? 0] ?? '',
    cost: calls.cost_usd[place] ?? null,
    output: calls.output_tokens[place] ?? 0,
    context: calls.context_tokens[place] ?? 0,
  }));
}

/** A call stands with the last line of its response; show it with the answer in words, where that has one. */
export function shownWith(position: number, kinds: readonly string[], stands: ReadonlySet<number | null>): number {
  for (let at = position; at >= 0 && SPOKEN.has(kinds[at] ?? ''); at--) {
    if (at < position && stands.has(at)) break;
    if (kinds[at] === 'assistant') return at;
  }
  return position;
}

/** The last event that happened up to a time; 0 before the first. */
export function positionAt(times: Float64Array, time: number): number {
  let low = 0;
  let high = times.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (times[middle]! <= time) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}
