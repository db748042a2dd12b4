/** The server's numbers in the shapes that tables and charts of this app take. */
import type { PrometheusDetail, PrometheusSession, PrometheusSlice, PrometheusTotals } from '../../api/schema.d.ts';
import type { Slice } from '../../charts/chart.ts';
import { duration } from '../../lib/format.ts';
import { TOKEN_KINDS, type TokenCounts } from '../../lib/tokens.ts';

/** Give tokens by type. The counters do not tell the two lifetimes of cache writes apart: here all stand in the first. */
export function countsOf(sums: PrometheusSession | PrometheusTotals): TokenCounts {
  const { input_tokens, output_tokens, cache_read_tokens, cache_write_tokens, total_tokens } = sums;
  return {
    input_tokens,
    output_tokens,
    cache_read_tokens,
    cache_write_5m_tokens: cache_write_tokens,
    cache_write_1h_tokens: null,
    reasoning_tokens: null,
    total_tokens,
  };
}

/** Give the slices of the tokens by type; types that are not ours keep the server's word. */
export function typeSlices(types: PrometheusDetail['types']): Slice[] {
  return types.map(({ type, tokens }) => {
    const kind = TOKEN_KINDS.find(({ name }) => name === type);
    return { name: kind?.title ?? (type || 'no type'), value: tokens, colour: kind?.colour ?? '--other' };
  });
}

/** Give the slices of one measure by model; a model that it is not known of has none. */
export function modelSlices(models: PrometheusDetail['models'], measure: 'tokens' | 'cost_usd', colour: (model: string) => string): Slice[] {
  return models.flatMap((one) => {
    const value = one[measure];
    return value === null ? [] : [{ name: one.model || 'no model', value, colour: one.model ? colour(one.model) : '--other' }];
  });
}

/** Say who was at work for how long, in the server's words: cli 40m, user 12m. */
export function activeWords(active: PrometheusDetail['active']): string {
  return active.map(({ type, seconds }) => `${type || 'no type'} ${duration(seconds)}`).join(', ');
}

export interface Course {
  times: number[];
  bucket: number;
  cost: number[];
  tokens: number[];
}

/**
 * Give the course of a session without gaps: slices in which nothing was used are zero.
 *
 * All in milliseconds. The answer does not say when its range ended: that is the end of the slice of `now`, unless the
 * slices lie elsewhere, because the two clocks differ; then they know better.
 */
export function courseOf(slices: readonly PrometheusSlice[], bucket: number, span: number, now: number): Course {
  const newest = (slices.at(-1)?.at ?? -Infinity) + bucket;
  const oldest = slices[0]?.at ?? Infinity;
  let end = Math.ceil(now / bucket) * bucket;
  if (newest > end || oldest < end - span) end = newest;
  const times = Array.from({ length: Math.round(span / bucket) }, (_, index) => end - span + index * bucket);
  const found = new Map(slices.map((slice) => [Math.round((slice.at - end + span) / bucket), slice]));
  return {
    times,
    bucket,
    cost: times.map((_, index) => found.get(index)?.cost_usd ?? 0),
    tokens: times.map((_, index) => found.get(index)?.tokens ?? 0),
  };
}
