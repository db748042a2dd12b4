import { describe, expect, it } from 'vitest';
import type { PrometheusSlice } from '../../api/schema.d.ts';
import { cacheWrite } from '../../lib/tokens.ts';
import { sourceOf } from '../sessions/source.ts';
import { activeWords, countsOf, courseOf, modelSlices, typeSlices } from './figures.ts';
import { rangeOf, RANGES, rangeWords, spanOf } from './ranges.ts';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const asked = (words: string): URLSearchParams => new URLSearchParams(words);

describe('the address', () => {
  it('names the source, which is what was recorded unless it says otherwise', () => {
    expect(['source=prometheus', 'source=elsewhere', ''].map((words) => sourceOf(asked(words)))).toEqual(['prometheus', 'recorded', 'recorded']);
  });
  it('names the range, which is 24 hours where Prometheus is not asked for the one it names', () => {
    expect(['range=7d', 'range=thisweek', ''].map((words) => rangeOf(asked(words)))).toEqual(['7d', '24h', '24h']);
  });
});

describe('a range', () => {
  it('is as long as its name says', () => {
    expect(RANGES.map(({ value }) => spanOf(value) / HOUR)).toEqual([1, 8, 24, 48, 168, 720]);
  });
  it('stands in a sentence', () => {
    expect(rangeWords('1h')).toBe('the last hour');
    expect(rangeWords('30d')).toBe('the last 30 days');
  });
});

describe('tokens by type', () => {
  const sums = { cost_usd: 1, total_tokens: 100, input_tokens: 10, output_tokens: 20, cache_read_tokens: 30, cache_write_tokens: 40, active_seconds: null };
  it('hold cache writes of both lifetimes', () => {
    const counts = countsOf({ ...sums, sessions: 1 });
    expect(cacheWrite(counts)).toBe(40);
    expect(counts.total_tokens).toBe(100);
  });
  it('are unknown where no counter tells', () => {
    const counts = countsOf({ ...sums, sessions: 1, cache_write_tokens: null, total_tokens: null });
    expect([cacheWrite(counts), counts.total_tokens]).toEqual([null, null]);
  });
  it('have our words and colours; others keep the word of the server', () => {
    expect(typeSlices([{ type: 'cache_read', tokens: 3 }, { type: 'thought', tokens: 2 }, { type: '', tokens: 1 }])).toEqual([
      { name: 'Cache read', value: 3, colour: '--cache-read' },
      { name: 'thought', value: 2, colour: '--other' },
      { name: 'no type', value: 1, colour: '--other' },
    ]);
  });
});

describe('models', () => {
  it('stand in the measures that are known of them', () => {
    const models = [{ model: 'opus', tokens: 5, cost_usd: null }, { model: '', tokens: null, cost_usd: 0.5 }];
    expect(modelSlices(models, 'tokens', () => '--model-1')).toEqual([{ name: 'opus', value: 5, colour: '--model-1' }]);
    expect(modelSlices(models, 'cost_usd', () => '--model-1')).toEqual([{ name: 'no model', value: 0.5, colour: '--other' }]);
  });
});

describe('active time', () => {
  it('is told by who was at work', () => {
    expect(activeWords([{ type: 'cli', seconds: 2400 }, { type: 'user', seconds: 720 }])).toBe('cli 40m, user 12m');
    expect(activeWords([])).toBe('');
  });
});

describe('the course of a session', () => {
  const bucket = 5 * MINUTE;
  const noon = Date.UTC(2026, 10, 21, 12);
  const slice = (at: number): PrometheusSlice => ({ at, cost_usd: 0.25, tokens: 100 });

  it('covers the range to the end of the slice of now, and has no gaps', () => {
    const course = courseOf([slice(noon - 30 * MINUTE), slice(noon)], bucket, HOUR, noon + MINUTE);
    expect(course.times).toHaveLength(12);
    expect([course.times[0], course.times.at(-1)]).toEqual([noon - 55 * MINUTE, noon]);
    expect(course.tokens).toEqual([0, 0, 0, 0, 0, 100, 0, 0, 0, 0, 0, 100]);
    expect(course.cost.reduce((sum, one) => sum + one, 0)).toBe(0.5);
  });
  it('is empty where nothing was used', () => {
    expect(courseOf([], bucket, HOUR, noon).tokens).toEqual(Array(12).fill(0));
  });
  it('follows the clock of the server where ours is wrong', () => {
    for (const now of [noon - 9_000 * HOUR, noon + 9_000 * HOUR]) {
      const course = courseOf([slice(noon)], bucket, HOUR, now);
      expect([course.times.length, course.times.at(-1), course.tokens.at(-1)]).toEqual([12, noon, 100]);
    }
  });
});
