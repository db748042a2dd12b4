/** What several sessions add up to: a sum is worth as much as is known of its parts. */
import { money } from './format.ts';
import type { TokenCounts } from './tokens.ts';

export interface Sums extends TokenCounts {
  calls: number;
  cost_usd: number | null;
  estimated_cost_usd: number | null;
  unpriced_calls: number;
  inexact_calls: number;
  /** Sessions among them that left no usage on record. */
  unknown_sessions: number;
}

export interface Known {
  /** Nothing is known of what was used. */
  none: boolean;
  /** The true number of tokens is more. */
  tokensAtLeast: boolean;
  /** The true cost is more. */
  costAtLeast: boolean;
}

/** Say how much of some sums is known. */
export function knownOf(sums: Sums): Known {
  const lacks = sums.unknown_sessions > 0;
  return {
    none: lacks && !sums.calls && !sums.total_tokens && !sums.cost_usd,
    tokensAtLeast: lacks,
    costAtLeast: lacks || sums.unpriced_calls + sums.inexact_calls > 0,
  };
}

/** What a cost would be with its placeholder counts of output estimated; empty where it has none. */
export function estimateOf(row: Pick<Sums, 'inexact_calls' | 'estimated_cost_usd'>): string {
  return row.inexact_calls && row.estimated_cost_usd !== null ? `with estimated output about ${money(row.estimated_cost_usd)}` : '';
}
