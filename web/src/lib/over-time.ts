/** Usage along time, twice: by time alone for the tokens, by time and model for the cost. */
import type { ListingQuery } from '../api/client.ts';
import type { Span } from './ranges.ts';
import { BUCKET, suitable, type TimeDimension } from './series.ts';
import { loadUsage, type Usage } from './usage.ts';

export interface OverTime {
  by: TimeDimension;
  usage: Usage;
  models: Usage;
}

export interface Width {
  value: TimeDimension;
  title: string;
  disabled: boolean;
  about: string;
}

const TITLES: Record<TimeDimension, string> = { hour: 'Hour', day: 'Day', week: 'Week', month: 'Month' };
const MOST = 1500;

/** Load usage by time, and by time and model; of all time (`by` is null) as wide as suits what there is. */
export async function loadOverTime(query: ListingQuery, by: TimeDimension | null, signal: AbortSignal): Promise<OverTime> {
  if (by === null) {
    const months = (await loadUsage(query, 'month', signal)).rows.flatMap((row) => (row.month ? [row.month] : []));
    return loadOverTime(query, suitable(spanOfMonths(months)), signal);
  }
  const [usage, models] = await Promise.all([loadUsage(query, by, signal), loadUsage(query, `${by},model`, signal)]);
  return { by, usage, models };
}

/** From the first to the end of the last of some months; null where there are none. Those without a date are left out. */
export function spanOfMonths(months: readonly string[]): Span | null {
  const starts = months.map((month) => Date.parse(`${month}-01T00:00:00Z`)).filter((at) => !Number.isNaN(at));
  return starts.length ? { since: Math.min(...starts), until: Math.max(...starts) + BUCKET.month } : null;
}

/** The widths that bars may have; those that would make too many of them cannot be chosen. */
export function widths(span: Span | null): Width[] {
  return (Object.keys(TITLES) as TimeDimension[]).map((value) => {
    const disabled = span ? (span.until - span.since) / BUCKET[value] > MOST : value === 'hour';
    return { value, title: TITLES[value], disabled, about: disabled ? `The range is too long for bars of one ${value}` : `Bars of one ${value}` };
  });
}

/** The width that is asked for, or the one that suits; null where only what there is can tell. */
export function widthOf(wanted: string | null, span: Span | null): TimeDimension | null {
  return widths(span).find((width) => width.value === wanted && !width.disabled)?.value ?? (span ? suitable(span) : null);
}
