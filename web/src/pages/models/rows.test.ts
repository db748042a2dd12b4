import { describe, expect, it } from 'vitest';
import type { Models } from './load.ts';
import { canBePriced, modelRows } from './rows.ts';

const models = (figures: object[], prices: object[]): Models =>
  ({ figures: { rows: figures, totals: {}, notes: [] }, prices: { rows: prices, totals: {}, notes: [] } }) as unknown as Models;

describe('a row of models', () => {
  it('has the price of the provider that most calls went to, and the times of all', () => {
    const [row] = modelRows(
      models(
        [{ model: 'sonnet', calls: 5, unpriced_calls: 2 }],
        [
          { model: 'sonnet', provider: 'bedrock', calls: 1, first_used: '2026-11-01T00:00:00+00:00', last_used: '2026-11-02T00:00:00+00:00' },
          { model: 'sonnet', provider: 'anthropic', calls: 4, first_used: '2026-11-03T00:00:00+00:00', last_used: '2026-11-04T00:00:00+00:00' },
        ],
      ),
    );
    expect([row?.price?.provider, row?.providers, row?.status]).toEqual(['anthropic', 2, 'partly']);
    expect([row?.first?.slice(0, 10), row?.last?.slice(0, 10)]).toEqual(['2026-11-01', '2026-11-04']);
  });

  it('says when nothing of it is priced', () => {
    const rows = modelRows(models([{ model: 'mystery', calls: 2, unpriced_calls: 2 }], []));
    expect([rows[0]?.status, rows[0]?.price, rows[0]?.last]).toEqual(['unpriced', undefined, null]);
    expect([canBePriced('mystery'), canBePriced('(unknown model)')]).toEqual([true, false]);
  });
});
