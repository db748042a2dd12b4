import { describe, expect, it } from 'vitest';
import { doughnut, stackedBars, topSlices } from './chart.ts';
import { calendar, strength } from './heat.ts';

describe('a chart', () => {
  it('has at most six slices, the rest as other', () => {
    const slices = [9, 8, 7, 6, 5, 4, 3, 2].map((value) => ({ name: `m${value}`, value, colour: '--model-1' }));
    expect(topSlices(slices).map((slice) => [slice.name, slice.value])).toEqual([
      ['m9', 9],
      ['m8', 8],
      ['m7', 7],
      ['m6', 6],
      ['m5', 5],
      ['m4', 4],
      ['other', 5],
    ]);
  });

  it('is a table too', () => {
    const chart = stackedBars({
      times: [Date.UTC(2026, 10, 1)],
      bucket: 60_000,
      unit: 'tokens',
      series: [{ name: 'Input', colour: '--input', values: [1500] }],
    });
    expect(chart.table.head).toEqual(['Time', 'Input']);
    expect(chart.table.rows[0]!.at(-1)).toBe('1.5K');
    expect(chart.isEmpty).toBe(false);
    expect(doughnut([], 'money').isEmpty).toBe(true);
  });
});

describe('a calendar', () => {
  it('has a column for each week, Monday first, and no gap', () => {
    const cells = calendar(new Map([['2026-11-03', 5]]), '2026-11-01', '2026-11-03');
    expect(cells).toEqual([
      { column: 0, row: 6, name: '2026-11-01', value: null },
      { column: 1, row: 0, name: '2026-11-02', value: null },
      { column: 1, row: 1, name: '2026-11-03', value: 5 },
    ]);
  });

  it('paints in four steps', () => {
    expect([null, 0, 1, 20, 50, 100].map((value) => strength(value, 100))).toEqual([0, 0, 1, 2, 3, 4]);
  });
});
