/**
 * The rows of a conversation: a call and its result are one row, and a person may leave kinds out.
 */
import type { Events, ModelCall } from './events.ts';

export const SHOWN = ['prompts', 'answers', 'thinking', 'tools', 'errors', 'notices'] as const;
export type Shown = (typeof SHOWN)[number];

export interface Row {
  /** The id of its event, or of its call. */
  id: string;
  position: number;
  /** Where the result of a call stands; -1 where there is none. */
  result: number;
  kind: string;
  failed: boolean;
  calls: readonly ModelCall[];
}

const OF_KIND: Record<string, Shown> = {
  user: 'prompts',
  assistant: 'answers',
  thinking: 'thinking',
  tool_call: 'tools',
  tool_result: 'tools',
  error: 'errors',
};

/** Make the rows. A result that answers a call has none of its own. */
export function rowsOf(events: Events): Row[] {
  const calls = callsByRow(events);
  const rows: Row[] = [];
  for (let position = 0; position < events.length; position++) {
    const kind = events.kinds[position]!;
    const partner = events.partner[position]!;
    if (kind === 'tool_result' && partner >= 0) continue;
    const failed = kind === 'error' || events.failed.has(position) || (partner >= 0 && events.failed.has(partner));
    rows.push({ id: events.ids[position]!, position, result: partner, kind, failed, calls: calls.get(position) ?? NONE });
  }
  return rows;
}

const NONE: readonly ModelCall[] = [];

function callsByRow(events: Events): Map<number, ModelCall[]> {
  const found = new Map<number, ModelCall[]>();
  for (const call of events.calls) {
    const position = rowPosition(events, call.position);
    const there = found.get(position);
    if (there) there.push(call);
    else found.set(position, [call]);
  }
  return found;
}

/** The event whose row shows an event: a result stands with its call. */
export function rowPosition(events: Events, position: number): number {
  const partner = events.partner[position] ?? -1;
  return events.kinds[position] === 'tool_result' && partner >= 0 ? partner : position;
}

/** What a row counts as; a failed tool is an error too. */
export function shownAs(row: Row): Shown {
  return OF_KIND[row.kind] ?? 'notices';
}

/** Whether a row is left out where these are. */
export function isHidden(row: Row, hidden: ReadonlySet<string>): boolean {
  return hidden.has(shownAs(row)) && !(row.failed && !hidden.has('errors'));
}

/** How many rows there are of each. */
export function countShown(rows: readonly Row[]): Record<Shown, number> {
  const counts = Object.fromEntries(SHOWN.map((one) => [one, 0])) as Record<Shown, number>;
  for (const row of rows) {
    counts[shownAs(row)] += 1;
    if (row.failed && row.kind !== 'error') counts.errors += 1;
  }
  return counts;
}

/** The row at a position, or the last one before it; 0 where there is none. */
export function rowAt(rows: readonly Row[], position: number): number {
  let low = 0;
  let high = rows.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows[middle]!.position <= position) low = middle;
    else high = middle - 1;
  }
  return Math.max(low, 0);
}

const LINE = 18;
const MOST_DIFF_LINES = 24;
const HEIGHTS: Record<string, number> = { user: 96, assistant: 124, thinking: 36, tool_call: 36, tool_result: 36 };

/** A guess of how high a row will be, so that the scroll bar hardly moves when the words arrive. */
export function guessHeight(row: Row, events: Events): number {
  const plain = HEIGHTS[row.kind] ?? 36;
  const changed = row.kind === 'tool_call' ? events.changed.get(row.result) ?? events.changed.get(row.position) : undefined;
  if (changed) return plain + 44 + LINE * Math.min(MOST_DIFF_LINES, changed[0] + changed[1]);
  return row.failed && row.kind === 'tool_call' ? plain + 24 : plain;
}
