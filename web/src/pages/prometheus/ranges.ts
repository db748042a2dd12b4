/** The ranges that Prometheus is asked for: fixed spans that end now, since `increase` wants one. */
import { rangeTitle } from '../../lib/ranges.ts';

const HOUR = 3_600_000;
export const RANGES = [
  { value: '1h', span: HOUR },
  { value: '8h', span: 8 * HOUR },
  { value: '24h', span: 24 * HOUR },
  { value: '2d', span: 48 * HOUR },
  { value: '7d', span: 168 * HOUR },
  { value: '30d', span: 720 * HOUR },
] as const;

export type RangeName = (typeof RANGES)[number]['value'];
export const USUAL: RangeName = '24h';
export const LONGEST: RangeName = '30d';

/** The ranges as a row of buttons shows them. */
export const RANGE_OPTIONS: { value: RangeName; title: string; about: string }[] = RANGES.map(({ value }) => ({
  value,
  title: value,
  about: rangeTitle(value),
}));

/** The range that an address names; the last 24 hours where it names none that Prometheus is asked for. */
export function rangeOf(query: URLSearchParams): RangeName {
  return RANGES.find(({ value }) => value === query.get('range'))?.value ?? USUAL;
}

/** How long a range is, in milliseconds. */
export function spanOf(range: RangeName): number {
  return RANGES.find(({ value }) => value === range)!.span;
}

/** A range within a sentence: the last 24 hours. */
export function rangeWords(range: RangeName): string {
  return `the ${rangeTitle(range).toLowerCase()}`;
}
