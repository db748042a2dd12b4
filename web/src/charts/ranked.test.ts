import { expect, it } from 'vitest';
import { ranked, scale } from './ranked.ts';
import type { ChartTheme } from './theme.ts';

const theme = { colour: (name: string) => name } as ChartTheme;

it('draws the first bars and lists all of them', () => {
  const chart = ranked({
    names: ['Bash', 'Read', 'Edit'],
    head: 'Tool',
    unit: 'seconds',
    series: [{ name: 'p50', colour: '--accent', values: [12, null, 0.02] }],
    beside: [{ name: 'Calls', words: ['3', '2', '1'] }],
    most: 2,
  });
  expect(chart.table).toEqual({ head: ['Tool', 'p50', 'Calls'], rows: [['Bash', '12s', '3'], ['Read', 'N/A', '2'], ['Edit', '20ms', '1']] });
  const { yAxis, series } = chart.option(theme) as { yAxis: { data: string[] }; series: { data: unknown[] }[] };
  expect([yAxis.data, series[0]!.data]).toEqual([['Bash', 'Read'], [12, null]]);
  expect(chart.isEmpty).toBe(false);
});

it('is empty where nothing is above zero', () => {
  expect(ranked({ names: ['Bash'], head: 'Tool', unit: 'percent', series: [{ name: 'Failed', colour: '--failed', values: [0] }] }).isEmpty).toBe(true);
});

it('tells times in minutes and hours, and parts up to the whole', () => {
  expect(scale('seconds', 300)).toEqual({ splitNumber: 3, interval: 120, max: 360 });
  expect(scale('seconds', 0.03)).toEqual({ splitNumber: 3, interval: 0.01, max: 0.03 });
  expect(scale('percent', 0.9)).toEqual({ splitNumber: 3, max: 1, interval: 0.25 });
  expect(scale('percent', 0.2)).toEqual({ splitNumber: 3 });
  expect(scale('seconds', 1e9)).toEqual({ splitNumber: 3 });
});
