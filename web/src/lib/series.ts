/**
 * Rows by hour, day, week or month laid out along time without a gap, as a chart needs them.
 *
 * The API gives only the buckets in which something happened; an axis must show the others too, as nothing.
 */
import { dateIn, midnight } from './ranges.ts';

export type TimeDimension = 'hour' | 'day' | 'week' | 'month';

export interface Timeline<Row> {
  /** When each bucket begins, in epoch milliseconds. */
  times: number[];
  /** The usual width of a bucket; a month is taken as 30 days. */
  bucket: number;
  /** The rows of each bucket: none, one, or several where there is a second dimension. */
  rows: Row[][];
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
export const BUCKET: Record<TimeDimension, number> = { hour: HOUR, day: DAY, week: 7 * DAY, month: 30 * DAY };
const MOST = 5000;

/** When the bucket of a label begins; null for the label of what has no time. */
export function bucketStart(label: string, by: TimeDimension, zone: string): number | null {
  if (by === 'hour') {
    const at = Date.parse(label);
    return Number.isNaN(at) ? null : at;
  }
  const date = by === 'month' ? `${label}-01` : label;
  return /^\d{4}-\d\d-\d\d$/.test(date) ? midnight(date, 0, zone) : null;
}

/** Lay rows out from the first to the last of them, or over `span` where that is wider. */
export function timeline<Row>(
  rows: readonly Row[],
  label: (row: Row) => string | undefined,
  by: TimeDimension,
  zone: string,
  span: { since: number; until: number } | null = null,
): Timeline<Row> {
  const found = new Map<number, Row[]>();
  for (const row of rows) {
    const at = bucketStart(label(row) ?? '', by, zone);
    if (at === null) continue;
    const same = found.get(at);
    if (same) same.push(row);
    else found.set(at, [row]);
  }
  const known = [...found.keys()].sort((left, right) => left - right);
  const first = Math.min(known[0] ?? Infinity, span ? startOf(span.since, by, zone) : Infinity);
  const last = Math.max(known.at(-1) ?? -Infinity, span ? startOf(span.until - 1, by, zone) : -Infinity);
  const times: number[] = [];
  for (let at = first; at <= last && times.length < MOST; at = next(at, by, zone)) times.push(at);
  return { times, bucket: BUCKET[by], rows: times.map((at) => found.get(at) ?? []) };
}

/** The dimension whose buckets suit a span: some dozens, never hundreds. */
export function suitable(span: { since: number; until: number } | null): TimeDimension {
  const length = span ? span.until - span.since : Infinity;
  if (length <= 3 * DAY) return 'hour';
  if (length <= 100 * DAY) return 'day';
  return length <= 500 * DAY ? 'week' : 'month';
}

function startOf(at: number, by: TimeDimension, zone: string): number {
  const date = dateIn(at, zone);
  if (by === 'hour') return Math.floor(at / HOUR) * HOUR;
  if (by === 'month') return midnight(`${date.slice(0, 7)}-01`, 0, zone);
  const weekday = (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
  return midnight(date, by === 'week' ? -weekday : 0, zone);
}

function next(at: number, by: TimeDimension, zone: string): number {
  if (by === 'hour') return at + HOUR;
  const date = dateIn(at, zone);
  if (by !== 'month') return midnight(date, by === 'week' ? 7 : 1, zone);
  const [year = 0, month = 1] = date.split('-').map(Number);
  return midnight(new Date(Date.UTC(year, month, 1)).toISOString().slice(0, 10), 0, zone);
}
