/**
 * Usage over time as charts: cost by model, tokens by kind, on one axis of time so that they share a crosshair.
 *
 * What is not among the dearest models is drawn as "other"; its amount is theirs together.
 */
import type { UsageAnswer } from '../api/schema.d.ts';
import { modelColour } from '../lib/palette.ts';
import type { Span } from '../lib/ranges.ts';
import { bucketStart, timeline, type TimeDimension, type Timeline } from '../lib/series.ts';
import { TOKEN_KINDS } from '../lib/tokens.ts';
import { stackedBars, type Chart, type Series } from './chart.ts';

const MOST_MODELS = 6;

export interface Axis {
  by: TimeDimension;
  zone: string;
  /** null for all time: from the first row to the last. */
  span: Span | null;
}

/** Tokens by kind, stacked. `rows` are by time alone. */
export function tokensOverTime(rows: readonly UsageAnswer[], axis: Axis): Chart {
  const along = laidOut(rows, axis);
  const series = TOKEN_KINDS.map((kind) => ({ name: kind.title, colour: kind.colour, values: along.rows.map(([row]) => (row ? kind.of(row) : 0)) }));
  return stackedBars({ times: along.times, bucket: along.bucket, unit: 'tokens', series });
}

/** Cost by model, stacked. `rows` are by time and model. */
export function costOverTime(rows: readonly UsageAnswer[], axis: Axis): Chart {
  const along = laidOut(rows, axis);
  return stackedBars({ times: along.times, bucket: along.bucket, unit: 'money', series: costByModel(along.rows) });
}

/** The dearest models as a series each, and the rest as one. A model whose cost is unknown has no bar. */
export function costByModel(buckets: readonly (readonly UsageAnswer[])[], most: number = MOST_MODELS): Series[] {
  const dearest = ranked(buckets).slice(0, most);
  const places = new Map(dearest.map((model, place) => [model, place]));
  const series: Series[] = dearest.map((model) => ({ name: model, colour: modelColour(model), values: buckets.map(() => 0) }));
  const other: Series = { name: 'other', colour: '--other', values: buckets.map(() => 0) };
  for (const [index, rows] of buckets.entries()) {
    for (const row of rows) {
      const one = series[places.get(row.model ?? '') ?? -1] ?? other;
      one.values[index] = (one.values[index] ?? 0) + (row.cost_usd ?? 0);
    }
  }
  return other.values.some(Boolean) ? [...series, other] : series;
}

function ranked(buckets: readonly (readonly UsageAnswer[])[]): string[] {
  const costs = new Map<string, number>();
  for (const row of buckets.flat()) costs.set(row.model ?? '', (costs.get(row.model ?? '') ?? 0) + (row.cost_usd ?? 0));
  return [...costs].filter(([, cost]) => cost > 0).sort((left, right) => right[1] - left[1]).map(([model]) => model);
}

function laidOut(rows: readonly UsageAnswer[], { by, zone, span }: Axis): Timeline<UsageAnswer> {
  return timeline(upTo(rows, (row) => row[by], { by, zone, span }), (row) => row[by], by, zone, span);
}

/** Rows up to the end of the span: a clock that was wrong, and told of years to come, must not stretch the axis. */
export function upTo<Row>(rows: readonly Row[], label: (row: Row) => string | undefined, { by, zone, span }: Axis): readonly Row[] {
  return span ? rows.filter((row) => (bucketStart(label(row) ?? '', by, zone) ?? 0) < span.until) : rows;
}
