import { describe, expect, it } from 'vitest';
import type { UsageAnswer } from '../api/schema.d.ts';
import { costByModel, upTo } from './usage.ts';

const row = (model: string, cost_usd: number | null): UsageAnswer => ({ model, cost_usd }) as UsageAnswer;

describe('cost by model', () => {
  it('has the dearest models and the rest as one', () => {
    const buckets = [[row('a', 1), row('b', 5)], [], [row('c', 2), row('a', 2), row('d', 0.5)]];
    expect(costByModel(buckets, 2).map(({ name, values }) => [name, values])).toEqual([
      ['b', [5, 0, 0]],
      ['a', [1, 0, 2]],
      ['other', [0, 0, 2.5]],
    ]);
  });

  it('leaves out what has no price', () => {
    expect(costByModel([[row('a', 1), row('mystery', null)]]).map((series) => series.name)).toEqual(['a']);
  });
});

describe('the axis of time', () => {
  it('is not stretched by a clock that was wrong', () => {
    const span = { since: Date.parse('2026-11-20T00:00Z'), until: Date.parse('2026-11-21T14:00Z') };
    expect(upTo(['2026-11-21', '2030-01-01'], (day) => day, { by: 'day', zone: 'UTC', span })).toEqual(['2026-11-21']);
    expect(upTo(['2026-11-21', '2030-01-01'], (day) => day, { by: 'day', zone: 'UTC', span: null })).toHaveLength(2);
  });
});
