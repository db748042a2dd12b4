/**
 * Several small charts over one time axis, drawn as one: bars for amounts, lines for levels, each with its own unit.
 *
 * Their crosshair is one and its tooltip names all values of a bucket. Buckets need not follow on each other: what the
 * axis leaves out, the caller says in words.
 */
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import { exactTime } from '../lib/format.ts';
import { bucketName, frame, tooltip, UNITS, type Chart, type Series, type Unit } from './chart.ts';
import type { ChartTheme } from './theme.ts';

export interface Pane {
  title: string;
  unit: Unit;
  series: Series[];
  draw: 'bars' | 'lines';
  /** In pixels, without its title. */
  height: number;
}

const LEFT = 56;
const TITLE = 28;
const AXIS = 22;

/** The height that some panes take together. */
export function heightOf(panes: Pane[]): number {
  return panes.reduce((sum, pane) => sum + pane.height + TITLE, AXIS);
}

/** Draw panes below each other. */
export function panes(times: number[], bucket: number, shown: Pane[]): Chart {
  const all = shown.flatMap((pane) => pane.series.map((series) => ({ ...series, words: UNITS[pane.unit] })));
  const names = times.map((at) => bucketName(at, bucket));
  return {
    times,
    bucket,
    legend: all.map(({ name, colour, hatched }) => ({ name, colour, ...(hatched ? { hatched } : {}) })),
    isEmpty: !all.some((series) => series.values.some((value) => value)),
    table: {
      head: ['Time', ...all.map((series) => series.name)],
      rows: names.map((name, index) => [name, ...all.map((series) => series.words(series.values[index] ?? null))]),
    },
    option: (theme) => ({
      ...frame(theme),
      grid: grids(shown),
      axisPointer: { link: [{ xAxisIndex: 'all' }] },
      tooltip: tooltip(theme, (value) => String(value)),
      xAxis: shown.map((_, index) => xAxis(theme, names, times, index, index === shown.length - 1)),
      yAxis: shown.map((pane, index) => yAxis(theme, pane, index)),
      series: shown.flatMap((pane, index) => pane.series.map((series) => drawn(theme, pane, series, index, times.length))),
    }),
  };
}

function grids(shown: Pane[]): { left: number; right: number; top: number; height: number }[] {
  let top = 0;
  return shown.map((pane) => {
    const grid = { left: LEFT, right: 8, top: top + TITLE, height: pane.height };
    top += TITLE + pane.height;
    return grid;
  });
}

function xAxis(theme: ChartTheme, names: string[], times: number[], gridIndex: number, isLast: boolean) {
  return {
    type: 'category' as const,
    gridIndex,
    data: names,
    axisLine: { lineStyle: { color: theme.lineStrong } },
    axisTick: { show: false },
    axisLabel: {
      show: isLast,
      color: theme.quiet,
      fontSize: 11,
      hideOverlap: true,
      formatter: (_name: string, index: number) => tickName(times, index),
    },
  };
}

function yAxis(theme: ChartTheme, pane: Pane, gridIndex: number) {
  const words = UNITS[pane.unit];
  return {
    type: 'value' as const,
    gridIndex,
    min: 0,
    splitNumber: pane.height > 100 ? 4 : 2,
    name: pane.title,
    nameLocation: 'end' as const,
    nameGap: 12,
    nameTextStyle: { color: theme.quiet, fontSize: 11, align: 'left' as const, padding: [0, 0, 0, -LEFT + 4] },
    axisLabel: { color: theme.quiet, fontSize: 11, formatter: (value: number) => words(value) },
    splitLine: { lineStyle: { color: theme.line } },
  };
}

function drawn(theme: ChartTheme, pane: Pane, series: Series, index: number, count: number): BarSeriesOption | LineSeriesOption {
  const paint = theme.colour(series.colour);
  const words = UNITS[pane.unit];
  const shared = {
    name: series.name,
    data: series.values,
    xAxisIndex: index,
    yAxisIndex: index,
    emphasis: { disabled: true },
    tooltip: { valueFormatter: (value: unknown) => words(typeof value === 'number' ? value : null) },
  };
  if (pane.draw === 'lines') {
    return { ...shared, type: 'line', step: 'end', showSymbol: count < 3, symbolSize: 5, lineStyle: { width: 1.5, color: paint }, itemStyle: { color: paint }, areaStyle: { color: paint, opacity: 0.08 } };
  }
  return { ...shared, type: 'bar', stack: pane.title, barMaxWidth: 40, barCategoryGap: count > 60 ? '10%' : '25%', itemStyle: barStyle(theme, series, paint) };
}

function barStyle(theme: ChartTheme, series: Series, color: string): NonNullable<BarSeriesOption['itemStyle']> {
  if (!series.hatched) return { color };
  return { color, decal: { symbol: 'rect', color: theme.surface, dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: 0.785 } };
}

/** The time of day; with its date where the axis holds more than one. */
function tickName(times: number[], index: number): string {
  const [first, here, last] = [times[0], times[index], times.at(-1)].map((at) => exactTime(at));
  return first!.slice(0, 10) === last!.slice(0, 10) ? here!.slice(11, 16) : here!.slice(5, 16);
}
