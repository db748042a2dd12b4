/**
 * Bars lying below each other: things compared by an amount, in an order that the caller chose. The chart shows the
 * first ones, its table all of them.
 */
import type { BarSeriesOption } from 'echarts/charts';
import { frame, tooltip, UNITS, type Chart, type Series, type Unit } from './chart.ts';

export interface Ranked {
  names: string[];
  /** What the names are, for the table's head: Tool. */
  head: string;
  unit: Unit;
  series: Series[];
  /** More columns of the table. */
  beside?: { name: string; words: string[] }[];
  /** How many bars are drawn; the table has them all. */
  most?: number;
}

const LABEL = 116;
const TICKS = 3;
const SECONDS = [0.001, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 28_800, 86_400];

/** Where the ticks of an axis stand: a part never is more than the whole, and times are told in minutes and hours. */
export function scale(unit: Unit, most: number): { splitNumber: number; max?: number; interval?: number } {
  if (unit === 'percent' && most > 0.75) return { splitNumber: TICKS, max: 1, interval: 0.25 };
  const interval = unit === 'seconds' && most > 0 ? SECONDS.find((step) => step * TICKS >= most) : undefined;
  return interval ? { splitNumber: TICKS, interval, max: interval * Math.ceil(most / interval) } : { splitNumber: TICKS };
}

/** Draw bars below each other. */
export function ranked(data: Ranked): Chart {
  const words = UNITS[data.unit];
  const most = data.most ?? data.names.length;
  const names = data.names.slice(0, most);
  const beside = data.beside ?? [];
  return {
    legend: data.series.map(({ name, colour }) => ({ name, colour })),
    isEmpty: !data.series.some((series) => series.values.some((value) => value)),
    table: {
      head: [data.head, ...data.series.map(({ name }) => name), ...beside.map(({ name }) => name)],
      rows: data.names.map((name, at) => [name, ...data.series.map(({ values }) => words(values[at] ?? null)), ...beside.map((column) => column.words[at] ?? '')]),
    },
    option: (theme) => ({
      ...frame(theme),
      grid: { left: LABEL + 8, right: 16, top: 4, bottom: 20 },
      tooltip: { ...tooltip(theme, words), axisPointer: { type: 'shadow', shadowStyle: { color: theme.line, opacity: 0.4 } } },
      xAxis: {
        type: 'value',
        min: 0,
        ...scale(data.unit, Math.max(0, ...data.series.flatMap(({ values }) => values.slice(0, most).map((value) => value ?? 0)))),
        axisLabel: { color: theme.quiet, fontSize: 11, hideOverlap: true, formatter: (value: number) => words(value) },
        splitLine: { lineStyle: { color: theme.line } },
      },
      yAxis: {
        type: 'category',
        inverse: true,
        data: names,
        axisTick: { show: false },
        axisLine: { lineStyle: { color: theme.lineStrong } },
        axisLabel: { color: theme.text, fontSize: 11, interval: 0, width: LABEL, overflow: 'truncate', ellipsis: '…' },
      },
      series: data.series.map((series): BarSeriesOption => ({
        type: 'bar',
        name: series.name,
        data: series.values.slice(0, most),
        barMaxWidth: 14,
        barGap: '15%',
        cursor: 'default',
        itemStyle: { color: theme.colour(series.colour) },
        emphasis: { disabled: true },
      })),
    }),
  };
}
