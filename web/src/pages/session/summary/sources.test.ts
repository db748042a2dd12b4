import { describe, expect, it } from 'vitest';
import type { DifferencePart, SideBySide, SourceDifference, SourceSays } from '../../../api/schema.d.ts';
import { bySource, costs, howMuch, isSame, partAmount, reason, verdict } from './sources.ts';

const says = (source: string, model = '', dollars: number | null = 1, own: number | null = null): SourceSays =>
  ({ source, model, cost_usd: dollars, reported_cost_usd: own }) as SourceSays;
const part = (words: string, cost_usd: number, tokens = 0, calls = 0, code = 'left_no_line'): DifferencePart => ({ code, words, cost_usd, tokens, calls });
const differs = (cost_usd: number, tokens: number | null, ...parts: DifferencePart[]): SourceDifference => ({ source: 'otlp_log', cost_usd, tokens, parts });
const side = (explained: boolean, ...differences: SourceDifference[]): SideBySide => ({ explained, differences }) as SideBySide;

describe('the table of sources', () => {
  it('puts the models of a source below what it says of all', () => {
    const rows = [says('transcript'), says('otlp_log'), says('transcript', 'a'), says('transcript', 'b'), says('otlp_log', 'a')];
    expect(bySource(rows).map((one) => [one.source, one.all.model, one.models.map((row) => row.model)])).toEqual([
      ['transcript', '', ['a', 'b']],
      ['otlp_log', '', ['a']],
    ]);
  });

  it('never shows what the agent reckons as a cost by our prices', () => {
    expect(costs(says('otlp_log', '', 1, 2))).toEqual({ ours: 1, own: 2 });
    expect(costs(says('transcript', '', 1, null))).toEqual({ ours: 1, own: null });
    expect(costs(says('own_total', '', 1, 1))).toEqual({ ours: null, own: 1 });
    expect(costs(says('statusline', '', 3, null))).toEqual({ ours: null, own: 3 });
  });
});

describe('a difference in words', () => {
  it.each([
    [0.0241, 5_200, '$0.024 and 5.2K tokens more'],
    [-0.5, -1, '$0.50 and 1 token less'],
    [-0.5, 12, '$0.50 less and 12 tokens more'],
    [0, -120, '120 tokens less'],
    [1.5, null, '$1.50 more'],
    [1.5, 0, '$1.50 more'],
    [0, null, null],
    [0, 0, null],
  ])('of %s dollars and %s tokens', (cost_usd, tokens, words) => {
    expect(howMuch({ cost_usd, tokens })).toBe(words);
  });

  it('tells each part with its amount, its reason and the number of calls', () => {
    const compact = part('Requests that left no line: compact.', 0.0241, 5_200, 1);
    expect(`${partAmount(compact)}: ${reason(compact)}`).toBe('$0.024 more: requests that left no line: compact (1)');
    expect(partAmount(part('', 0, -40))).toBe('40 tokens less');
    expect(partAmount(part('No request has the same id in both.', 0, 0, 4))).toBe('no difference');
    expect(reason(part('Both tell of it, with other counts.', 0, 0, 1_234))).toBe('both tell of it, with other counts (1,234)');
  });

  it('is none only where no part is to be explained either', () => {
    expect(isSame(differs(0, 0))).toBe(true);
    expect(isSame(differs(0, 0, part('No request has the same id in both.', 0, 0, 4)))).toBe(false);
  });

  it('comes to a verdict', () => {
    const more = differs(1, 1, part('Requests that left no line.', 1, 1));
    expect([side(true), side(true, differs(0, 0)), side(true, more), side(false, more)].map(verdict)).toEqual([
      '',
      'all of them say the same',
      'all explained',
      'not all explained',
    ]);
  });
});
