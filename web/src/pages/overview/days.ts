/** The days of the year that ends today, and the tokens of a session's last hour: what the small charts are made of. */
import type { TokenSeries, UsageAnswer } from '../../api/schema.d.ts';
import { dateIn, midnight } from '../../lib/ranges.ts';

export type Shown = 'cost' | 'tokens';

const WEEKS = 52;
const MINUTE = 60_000;
const HOUR_MINUTES = 60;

/** The first and the last day of a calendar of 53 weeks, the last one up to today. */
export function yearUpTo(now: number, zone: string): { first: string; last: string } {
  const last = dateIn(now, zone);
  const weekday = (new Date(`${last}T00:00:00Z`).getUTCDay() + 6) % 7;
  return { first: dateIn(midnight(last, -7 * WEEKS - weekday, 'UTC'), 'UTC'), last };
}

/** What each day cost or used; days of which it is not known are left out. */
export function valuesByDay(rows: readonly UsageAnswer[], shown: Shown): Map<string, number> {
  const values = new Map<string, number>();
  for (const row of rows) {
    const value = shown === 'cost' ? row.cost_usd : row.total_tokens;
    if (row.day && value) values.set(row.day, value);
  }
  return values;
}

/** The busiest days, the first one the busiest. */
export function busiest(values: ReadonlyMap<string, number>, most: number): [string, number][] {
  return [...values].sort((left, right) => right[1] - left[1]).slice(0, most);
}

/** Tokens of each of the last 60 minutes, the present one last. */
export function lastHour(series: TokenSeries['series'], now: number): number[] {
  const first = Math.floor(now / MINUTE) - HOUR_MINUTES + 1;
  const values = Array.from({ length: HOUR_MINUTES }, () => 0);
  for (const one of series) {
    const place = Math.floor(one.minute / MINUTE) - first;
    if (place in values) values[place] = one.input_tokens + one.output_tokens + one.cache_read_tokens;
  }
  return values;
}
