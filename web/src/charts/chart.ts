/**
 * What a chart shows, apart from how it is drawn: built here, drawn by Chart.svelte, and shown as a table as well.
 *
 * Builders take what is to be seen and give a `Chart`; pages never write ECharts options themselves.
 */
import type { BarSeriesOption, LineSeriesOption, PieSeriesOption } from 'echarts/charts';
import type { GridComponentOption, MarkLineComponentOption, TooltipComponentOption } from 'echarts/components';
import type { ComposeOption } from 'echarts/core';
import { count, duration, exactTime, money, percent, share, tokens } from '../lib/format.ts';
import { dateIn } from '../lib/ranges.ts';
import { locale } from '../lib/locale.svelte.ts';
import type { ChartTheme } from './theme.ts';
import { stackTip } from './tip.ts';

export type Option = ComposeOption<
  BarSeriesOption | LineSeriesOption | PieSeriesOption | GridComponentOption | TooltipComponentOption | MarkLineComponentOption
>;

export type Unit = 'tokens' | 'money' | 'percent' | 'count' | 'seconds';

/** The words of a chart's numbers. */
export const UNITS: Record<Unit, (value: number | null) => string> = {
  tokens: (value) => tokens(value),
  money: (value) => money(value),
  percent: (value) => percent(value),
  count: (value) => count(value),
  seconds: (value) => duration(value),
};

export interface Chart {
  option: (theme: ChartTheme) => Option;
  /** The same as a table: a row is its name and one value for each column. */
  table: { head: string[]; rows: string[][] };
  /** The beginning of each bucket in epoch milliseconds, and the width of one; absent where the axis is not time. */
  times?: number[];
  bucket?: number;
  /** Series, slices: what a legend names. */
  legend: LegendItem[];
  isEmpty: boolean;
}

export interface LegendItem {
  name: string;
  colour: string;
  hatched?: boolean;
}

export interface Series {
  name: string;
  /** A CSS variable, such as `--input`. */
  colour: string;
  values: (number | null)[];
  /** Drawn hatched, as reasoning is. */
  hatched?: boolean;
}

export interface OverTime {
  /** When each bucket begins, in epoch milliseconds. */
  times: number[];
  /** The width of a bucket in milliseconds. */
  bucket: number;
  series: Series[];
  unit: Unit;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const BAR_MOST = 40;

/** Bars over time, stacked: for amounts that add up. Never smoothed. */
export function stackedBars(data: OverTime): Chart {
  return overTime(data, (series, theme): BarSeriesOption => {
    const paint = theme.colour(series.colour);
    return {
      type: 'bar',
      name: series.name,
      stack: 'all',
      data: series.values,
      barMaxWidth: BAR_MOST,
      barCategoryGap: data.times.length > 60 ? '10%' : '25%',
      cursor: 'default',
      itemStyle: {
        color: paint,
        ...(series.hatched ? { decal: { symbol: 'rect', color: theme.surface, dashArrayX: [1, 0], dashArrayY: [2, 3], rotation: 0.785 } } : {}),
      },
      emphasis: { disabled: true },
    };
  }, { formatter: (given) => stackTip(given, UNITS[data.unit]) });
}

/** Lines over time: for rates and levels, which do not add up. What is unknown leaves a gap. */
export function lines(data: OverTime & { area?: boolean }): Chart {
  return overTime(data, (series, theme): LineSeriesOption => {
    const paint = theme.colour(series.colour);
    return {
      type: 'line',
      name: series.name,
      // A value between two unknown ones has no line to it: only its dot shows that it is there.
      data: series.values.map((value, at, all) => ({ value, symbol: isAlone(all, at) ? 'circle' : 'none' })),
      showSymbol: true,
      symbolSize: 5,
      connectNulls: false,
      lineStyle: { width: 1.5, color: paint },
      itemStyle: { color: paint },
      ...(data.area ? { areaStyle: { color: paint, opacity: 0.12 } } : {}),
      emphasis: { disabled: true },
    };
  });
}

function isAlone(values: readonly (number | null)[], at: number): boolean {
  return (values[at - 1] ?? null) === null && (values[at + 1] ?? null) === null;
}

function overTime(
  data: OverTime,
  draw: (series: Series, theme: ChartTheme) => BarSeriesOption | LineSeriesOption,
  tip: TooltipComponentOption = {},
): Chart {
  const words = UNITS[data.unit];
  const names = data.times.map((at) => bucketName(at, data.bucket));
  const below = data.series.some((series) => series.values.some((value) => (value ?? 0) < 0));
  return {
    times: data.times,
    bucket: data.bucket,
    legend: data.series.map(({ name, colour, hatched }) => ({ name, colour, ...(hatched ? { hatched } : {}) })),
    isEmpty: !data.series.some((series) => series.values.some((value) => value)),
    table: {
      head: ['Time', ...data.series.map((series) => series.name)],
      rows: names.map((name, index) => [name, ...data.series.map((series) => words(series.values[index] ?? null))]),
    },
    option: (theme) => ({
      ...frame(theme),
      xAxis: {
        type: 'category',
        data: names,
        axisLine: { lineStyle: { color: theme.lineStrong } },
        axisTick: { show: false },
        axisLabel: { color: theme.quiet, fontSize: 11, hideOverlap: true, formatter: (_name: string, index: number) => tickName(data, index) },
      },
      yAxis: {
        type: 'value',
        // From zero, unless something is below it.
        ...(below ? {} : { min: 0 }),
        splitNumber: 4,
        axisLabel: { color: theme.quiet, fontSize: 11, formatter: (value: number) => words(value) },
        splitLine: { lineStyle: { color: theme.line } },
      },
      tooltip: { ...tooltip(theme, words), ...tip },
      series: data.series.map((series) => draw(series, theme)),
    }),
  };
}

export interface Slice {
  name: string;
  value: number;
  colour: string;
}

const MOST_SLICES = 6;

/** Shares of one whole as a ring: the six largest, the rest as "other". */
export function doughnut(slices: Slice[], unit: Unit): Chart {
  const words = UNITS[unit];
  const shown = topSlices(slices);
  const whole = shown.reduce((sum, slice) => sum + slice.value, 0);
  return {
    legend: shown.map(({ name, colour }) => ({ name, colour })),
    isEmpty: whole <= 0,
    table: { head: ['Part', unit === 'money' ? 'Cost' : 'Amount', 'Share'], rows: shown.map((slice) => [slice.name, words(slice.value), share(slice.value, whole)]) },
    option: (theme) => ({
      ...frame(theme),
      tooltip: { ...tooltip(theme, words), trigger: 'item' },
      series: [
        {
          type: 'pie',
          radius: ['62%', '92%'],
          cursor: 'default',
          label: { show: false },
          itemStyle: { borderColor: theme.surface, borderWidth: 1 },
          emphasis: { scale: false },
          data: shown.map((slice) => ({ name: slice.name, value: slice.value, itemStyle: { color: theme.colour(slice.colour) } })),
        },
      ],
    }),
  };
}

/** The largest slices, and what is left as one more called "other". */
export function topSlices(slices: Slice[], most: number = MOST_SLICES): Slice[] {
  const sorted = slices.filter((slice) => slice.value > 0).sort((left, right) => right.value - left.value);
  if (sorted.length <= most) return sorted;
  const rest = sorted.slice(most).reduce((sum, slice) => sum + slice.value, 0);
  return [...sorted.slice(0, most), { name: 'other', value: rest, colour: '--other' }];
}

/** What every chart has in common. */
export function frame(theme: ChartTheme): Option {
  return {
    animation: false,
    textStyle: { fontFamily: theme.font, color: theme.text },
    grid: { left: 4, right: 8, top: 12, bottom: 0, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
  };
}

/** The box that names the values under the crosshair. */
export function tooltip(theme: ChartTheme, words: (value: number | null) => string): TooltipComponentOption {
  return {
    trigger: 'axis',
    confine: true,
    transitionDuration: 0,
    axisPointer: { type: 'line', lineStyle: { color: theme.lineStrong, type: 'solid' } },
    backgroundColor: theme.raised,
    borderColor: theme.line,
    borderWidth: 1,
    padding: [6, 8],
    textStyle: { color: theme.text, fontSize: 12, fontFamily: theme.font },
    valueFormatter: (value) => words(typeof value === 'number' ? value : null),
  };
}

/** What a bucket is called: a date, or a date with its hour. */
export function bucketName(at: number, bucket: number): string {
  return bucket >= DAY ? dateIn(at + HOUR, locale.zone) : exactTime(at).slice(0, 16);
}

/** The label under a bucket: the time of day within two days, day and month within a year, else month and year. */
function tickName(data: OverTime, index: number): string {
  const at = data.times[index];
  if (at === undefined) return '';
  const full = exactTime(at);
  const length = (data.times.at(-1) ?? at) - (data.times[0] ?? at);
  if (length > 300 * DAY || data.bucket >= 28 * DAY) return full.slice(0, 7);
  return length > 2 * DAY || data.bucket >= DAY ? full.slice(5, 10) : full.slice(11, 16);
}
