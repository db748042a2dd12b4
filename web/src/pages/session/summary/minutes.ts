/**
 * A session's minutes as the buckets of a chart: minutes without a call are zeros, long silences are folded away.
 *
 * A session may rest for months and go on, so time on this axis is not even: behind a fold it begins anew.
 */
import type { MinuteAnswer } from '../../../api/schema.d.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MOST_BUCKETS = 360;
const FOLDED_FROM = 30 * MINUTE;
const WIDTHS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440].map((minutes) => minutes * MINUTE);

export interface Buckets {
  times: number[];
  /** The width of one in milliseconds. */
  width: number;
  /** How many silences are folded. */
  folds: number;
  input: number[];
  output: number[];
  reasoning: number[];
  cacheRead: number[];
  cacheWrite: number[];
  /** What it had cost by then. */
  cost: (number | null)[];
  /** The largest prompt; it holds until the next one. */
  context: (number | null)[];
}

/** Put a session's minutes into buckets, as fine as `most` of them allow. */
export function buckets(minutes: readonly MinuteAnswer[], most: number = MOST_BUCKETS): Buckets {
  const width = WIDTHS.find((one) => places(minutes, one).times.length <= most) ?? WIDTHS.at(-1)!;
  const { times, folds, at } = places(minutes, width);
  const made = empty(times, width, folds);
  minutes.forEach((minute, index) => add(made, at[index]!, minute));
  holdOn(made.cost, true);
  holdOn(made.context, false);
  return made;
}

interface Places {
  times: number[];
  folds: number;
  /** The bucket of each minute. */
  at: number[];
}

function places(minutes: readonly MinuteAnswer[], width: number): Places {
  const times: number[] = [];
  const at: number[] = [];
  let folds = 0;
  for (const { minute } of minutes) {
    const time = Math.floor(minute / width) * width;
    const last = times.at(-1);
    if (last !== undefined && time - last > Math.max(FOLDED_FROM, 2 * width)) {
      folds += 1;
      times.push(last + width);
    } else if (last !== undefined) {
      for (let between = last + width; between < time; between += width) times.push(between);
    }
    if (times.at(-1) !== time) times.push(time);
    at.push(times.length - 1);
  }
  return { times, folds, at };
}

function empty(times: number[], width: number, folds: number): Buckets {
  const zeros = (): number[] => times.map(() => 0);
  const unknown = (): null[] => times.map(() => null);
  return { times, width, folds, input: zeros(), output: zeros(), reasoning: zeros(), cacheRead: zeros(), cacheWrite: zeros(), cost: unknown(), context: unknown() };
}

function add(made: Buckets, at: number, minute: MinuteAnswer): void {
  made.input[at]! += minute.input_tokens;
  made.output[at]! += minute.output_tokens - minute.reasoning_tokens;
  made.reasoning[at]! += minute.reasoning_tokens;
  made.cacheRead[at]! += minute.cache_read_tokens;
  made.cacheWrite[at]! += minute.cache_write_tokens;
  if (minute.cost_usd !== null) made.cost[at] = (made.cost[at] ?? 0) + minute.cost_usd;
  if (minute.context_tokens !== null) made.context[at] = Math.max(made.context[at] ?? 0, minute.context_tokens);
}

/** A level holds until the next one is known; a sum grows. */
function holdOn(values: (number | null)[], grows: boolean): void {
  let held: number | null = null;
  values.forEach((value, index) => {
    held = value === null ? held : grows ? (held ?? 0) + value : value;
    values[index] = held;
  });
}

/** What the width of a bucket is called: minute, 5 minutes, hour. */
export function widthWords(width: number): string {
  const [unit, size] = width >= HOUR ? ['hour', HOUR] : ['minute', MINUTE];
  return width === size ? unit : `${width / size} ${unit}s`;
}
