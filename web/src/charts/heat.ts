/** Days laid out as a calendar: a column is a week, a row a weekday, Monday first. */
import { dateIn, midnight } from '../lib/ranges.ts';

export interface HeatCell {
  column: number;
  row: number;
  name: string;
  value: number | null;
}

/** Lay days out from the first date to the last; days without a value are there as null. */
export function calendar(values: ReadonlyMap<string, number>, first: string, last: string): HeatCell[] {
  const cells: HeatCell[] = [];
  const start = Date.parse(`${first}T12:00:00Z`);
  const lead = (new Date(start).getUTCDay() + 6) % 7;
  for (let day = 0, at = start; dateIn(at, 'UTC') <= last; day++, at = midnight(first, day, 'UTC') + 43_200_000) {
    const place = day + lead;
    const name = dateIn(at, 'UTC');
    cells.push({ column: Math.floor(place / 7), row: place % 7, name, value: values.get(name) ?? null });
  }
  return cells;
}

/** How strongly a value is painted, in four steps, by its root, so that one busy day does not pale the others. */
export function strength(value: number | null, most: number): 0 | 1 | 2 | 3 | 4 {
  if (!value || most <= 0) return 0;
  return Math.min(4, Math.max(1, Math.ceil(Math.sqrt(value / most) * 4))) as 1 | 2 | 3 | 4;
}
