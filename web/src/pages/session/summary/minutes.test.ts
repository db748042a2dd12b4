import { describe, expect, it } from 'vitest';
import type { MinuteAnswer } from '../../../api/schema.d.ts';
import { buckets, widthWords } from './minutes.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2026, 10, 1, 12);

function minute(at: number, more: Partial<MinuteAnswer> = {}): MinuteAnswer {
  return {
    minute: NOON + at * MINUTE,
    calls: 1,
    input_tokens: 10,
    output_tokens: 5,
    cache_read_tokens: 100,
    cache_write_tokens: 20,
    reasoning_tokens: 2,
    cost_usd: 0.5,
    context_tokens: 130,
    ...more,
  };
}

describe('a session by the minute', () => {
  it('has zeros where nothing was used', () => {
    const made = buckets([minute(0), minute(2)]);
    expect(made.times).toEqual([NOON, NOON + MINUTE, NOON + 2 * MINUTE]);
    expect(made.input).toEqual([10, 0, 10]);
    expect(made.width).toBe(MINUTE);
  });

  it('shows reasoning once: it is a part of the output', () => {
    const made = buckets([minute(0)]);
    expect([made.output, made.reasoning]).toEqual([[3], [2]]);
  });

  it('adds up the cost and holds the context', () => {
    const made = buckets([minute(0), minute(2, { cost_usd: null, context_tokens: null }), minute(3)]);
    expect(made.cost).toEqual([0.5, 0.5, 0.5, 1]);
    expect(made.context).toEqual([130, 130, 130, 130]);
  });

  it('does not know a cost before the first price', () => {
    expect(buckets([minute(0, { cost_usd: null }), minute(1)]).cost).toEqual([null, 0.5]);
  });

  it('folds a silence of months to one empty bucket', () => {
    const made = buckets([minute(0), minute(1), minute(200_000)]);
    expect(made.times).toEqual([NOON, NOON + MINUTE, NOON + 2 * MINUTE, NOON + 200_000 * MINUTE]);
    expect(made.input).toEqual([10, 10, 0, 10]);
    expect(made.folds).toBe(1);
  });

  it('takes wider buckets where there would be too many', () => {
    const made = buckets([...Array(100).keys()].map((at) => minute(at)), 20);
    expect(made.width).toBe(5 * MINUTE);
    expect(made.input).toEqual(Array(20).fill(50));
    expect(made.context).toEqual(Array(20).fill(130));
  });

  it('is nothing without calls', () => {
    expect(buckets([]).times).toEqual([]);
  });
});

it('names the width of a bucket', () => {
  expect([MINUTE, 5 * MINUTE, 60 * MINUTE, 720 * MINUTE].map(widthWords)).toEqual(['minute', '5 minutes', 'hour', '12 hours']);
});
