/**
 * A session's sources as a table and its differences in words.
 *
 * The server takes each difference apart; nothing is added up here. What would be misread: `cost_usd` of counters, the
 * status line and the agent's own total is the agent's reckoning, so it never stands under our prices.
 */
import type { DifferencePart, SideBySide, SourceDifference, SourceSays } from '../../../api/schema.d.ts';
import { money, some, tokens } from '../../../lib/format.ts';
import { groupBy } from '../../../lib/group.ts';
import { isByTheAgent } from '../../../lib/sources.ts';

export interface Told {
  source: string;
  /** What it says of all models together. */
  all: SourceSays;
  /** What it says of each. */
  models: SourceSays[];
}

/** Put the rows of each source together, in the server's order. */
export function bySource(rows: readonly SourceSays[]): Told[] {
  return [...groupBy(rows, (row) => row.source)].flatMap(([source, some]) => {
    const all = some.find((row) => !row.model);
    return all ? [{ source, all, models: some.filter((row) => row.model) }] : [];
  });
}

/** What a source says of dollars: by our prices, and as the agent reckons them. */
export function costs(row: SourceSays): { ours: number | null; own: number | null } {
  return isByTheAgent(row.source)
    ? { ours: null, own: row.reported_cost_usd ?? row.cost_usd }
    : { ours: row.cost_usd, own: row.reported_cost_usd };
}

/** Say by how much a source differs: $0.024 and 5.2K tokens more; null where it says the same. */
export function howMuch(one: { cost_usd: number; tokens: number | null }): string | null {
  const dollars = one.cost_usd;
  const count = one.tokens ?? 0;
  if (dollars && count && dollars < 0 !== count < 0) return `${amount(dollars)} ${way(dollars)} and ${tokenWords(count)} ${way(count)}`;
  const words = [dollars ? amount(dollars) : '', count ? tokenWords(count) : ''].filter(Boolean);
  return words.length ? `${words.join(' and ')} ${way(dollars || count)}` : null;
}

/** Say what a part amounts to: in dollars where it has any, else in tokens. */
export function partAmount(part: DifferencePart): string {
  return howMuch(part.cost_usd ? { cost_usd: part.cost_usd, tokens: null } : part) ?? 'no difference';
}

/** Say what explains a part, to stand behind its amount: requests that left no line: compact (1). */
export function reason(part: DifferencePart): string {
  const words = part.words.replace(/\.$/, '');
  const sentence = words.charAt(0).toLowerCase() + words.slice(1);
  return part.calls ? `${sentence} (${part.calls.toLocaleString('en-US')})` : sentence;
}

/** Say what the whole comes to, beside the heading. */
export function verdict(side: SideBySide): string {
  if (side.differences.length === 0) return '';
  if (side.differences.every(isSame)) return 'all of them say the same';
  return side.explained ? 'all explained' : 'not all explained';
}

/** Whether a source says what the one that bills says, request by request. */
export function isSame(one: SourceDifference): boolean {
  return howMuch(one) === null && one.parts.length === 0;
}

/** Whether a part names no reason that is known for sure. */
export function isOpen(part: DifferencePart): boolean {
  return ['unexplained', 'unattributed', 'cannot_be_matched'].includes(part.code);
}

function amount(dollars: number): string {
  return money(Math.abs(dollars));
}

function tokenWords(count: number): string {
  const size = Math.abs(count);
  return size < 1000 ? some(size, 'token') : `${tokens(size)} tokens`;
}

function way(difference: number): string {
  return difference < 0 ? 'less' : 'more';
}
