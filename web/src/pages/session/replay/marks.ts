/**
 * Places that a person jumps to: prompts, errors, expensive calls.
 */
import type { ModelCall } from './events.ts';
import type { Row } from './rows.ts';

export interface Marks {
  prompts: number[];
  errors: number[];
  expensive: number[];
}

const EXPENSIVE_SHARE = 0.05;
const LEAST_EXPENSIVE = 3;
const MOST_EXPENSIVE = 50;

/** The positions to jump to, each list rising. */
export function marksOf(rows: readonly Row[], calls: readonly ModelCall[]): Marks {
  const dear = new Set(expensive(calls));
  return {
    prompts: rows.filter((row) => row.kind === 'user').map((row) => row.position),
    errors: rows.filter((row) => row.failed).map((row) => row.position),
    expensive: rows.filter((row) => row.calls.some((call) => dear.has(call))).map((row) => row.position),
  };
}

/** The dearest twentieth of the calls: at least three, at most fifty. */
export function expensive(calls: readonly ModelCall[]): ModelCall[] {
  const priced = calls.filter((call) => (call.cost ?? 0) > 0);
  const wanted = Math.min(Math.max(Math.round(priced.length * EXPENSIVE_SHARE), LEAST_EXPENSIVE), MOST_EXPENSIVE);
  return priced.toSorted((one, other) => other.cost! - one.cost!).slice(0, wanted);
}

/** The next of some rising positions after one, or the last before it; null where there is none. */
export function nextOf(positions: readonly number[], from: number, step: 1 | -1): number | null {
  const found = step > 0 ? positions.find((one) => one > from) : positions.findLast((one) => one < from);
  return found ?? null;
}
