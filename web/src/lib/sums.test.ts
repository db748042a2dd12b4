import { expect, it } from 'vitest';
import { estimateOf, knownOf, type Sums } from './sums.ts';

const sums = (more: Partial<Sums>): Sums => ({
  calls: 1,
  input_tokens: 10,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  reasoning_tokens: 0,
  total_tokens: 10,
  cost_usd: 0.5,
  estimated_cost_usd: 0.5,
  unpriced_calls: 0,
  inexact_calls: 0,
  unknown_sessions: 0,
  ...more,
});
const NOTHING = { calls: 0, input_tokens: 0, total_tokens: 0, cost_usd: 0, estimated_cost_usd: 0 };

it('a sum of nothing is nothing, unless somebody used what nobody knows', () => {
  expect(knownOf(sums(NOTHING))).toEqual({ none: false, tokensAtLeast: false, costAtLeast: false });
  expect(knownOf(sums({ ...NOTHING, unknown_sessions: 1 })).none).toBe(true);
  expect(knownOf(sums({ unknown_sessions: 1 }))).toEqual({ none: false, tokensAtLeast: true, costAtLeast: true });
});

it('what has no price makes a cost a least sum, and no count of tokens', () => {
  expect(knownOf(sums({ unpriced_calls: 1 }))).toEqual({ none: false, tokensAtLeast: false, costAtLeast: true });
  expect(knownOf(sums({ inexact_calls: 1 }))).toEqual({ none: false, tokensAtLeast: false, costAtLeast: true });
});

it('an estimate is told where counts of output are placeholders', () => {
  expect(estimateOf(sums({}))).toBe('');
  expect(estimateOf(sums({ inexact_calls: 1, estimated_cost_usd: 0.75 }))).toBe('with estimated output about $0.75');
});
