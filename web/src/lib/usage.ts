/**
 * Usage by one or two dimensions: what most tables and charts are made of.
 *
 * Rows of time come in its order, with only the hours or days in which something happened; all others by cost.
 */
import { answer, api, type ListingQuery } from '../api/client.ts';
import type { UsageAnswer } from '../api/schema.d.ts';

export type Dimension = 'day' | 'hour' | 'week' | 'month' | 'model' | 'project' | 'agent' | 'branch' | 'tool' | 'source' | 'session';

export interface Usage {
  rows: UsageAnswer[];
  totals: UsageAnswer;
  notes: string[];
}

/** Load usage by `day`, or by two at once: `day,model`. */
export async function loadUsage(
  query: ListingQuery,
  by: Dimension | `${Dimension},${Dimension}`,
  signal: AbortSignal | null = null,
): Promise<Usage> {
  const { sort: _sort, limit: _limit, after: _after, ...filters } = query;
  const usage = await answer(api.GET('/api/usage', { params: { query: { ...filters, by } }, signal }));
  return usage as unknown as Usage;
}
