/**
 * What the timeline draws: bars of tokens, the context and the cost so far, along a time that shortens idle gaps.
 */
import type { MinuteAnswer } from '../../../api/schema.d.ts';
import { Clock } from './clock.ts';
import type { Events } from './events.ts';

export const MINUTE = 60_000;
const LONGEST_GAP = 10 * MINUTE;
const GAP_SHARE = 0.012;
export const LEAST_BAR = 3;

export interface Bar {
  x: number;
  width: number;
  /** Heights from below: input, output, cache read, cache write; of 1 together at most. */
  parts: [number, number, number, number];
}

export interface Point {
  x: number;
  y: number;
}

/** The axis of a session: all that happened, with long gaps narrow. */
export function axisOf(events: Events, minutes: readonly MinuteAnswer[]): Clock {
  const times = [...events.times, ...minutes.map((one) => one.minute), ...minutes.map((one) => one.minute + MINUTE)];
  const sorted = Float64Array.from(times.filter((time) => time > 0)).sort();
  const plain = new Clock(sorted, { longest: LONGEST_GAP, shortened: 0 });
  return new Clock(sorted, { longest: LONGEST_GAP, shortened: Math.max(plain.total * GAP_SHARE, 1) });
}

/** The bars of all minutes; minutes that would be too narrow share one. */
export function barsOf(minutes: readonly MinuteAnswer[], axis: Clock, width: number): Bar[] {
  const bars = new Map<number, Bar>();
  const scale = width / Math.max(axis.total, 1);
  for (const one of minutes) {
    const from = axis.at(one.minute) * scale;
    const wide = Math.max((axis.at(one.minute + MINUTE) - axis.at(one.minute)) * scale, LEAST_BAR);
    const x = wide > LEAST_BAR ? from : Math.floor(from / LEAST_BAR) * LEAST_BAR;
    const bar = bars.get(x) ?? { x, width: wide, parts: [0, 0, 0, 0] };
    bar.parts = [
      bar.parts[0] + one.input_tokens,
      bar.parts[1] + one.output_tokens,
      bar.parts[2] + one.cache_read_tokens,
      bar.parts[3] + one.cache_write_tokens,
    ];
    bars.set(x, bar);
  }
  const all = [...bars.values()];
  const most = Math.max(1, ...all.map((bar) => sum(bar.parts)));
  return all.map((bar) => ({ ...bar, parts: bar.parts.map((part) => part / most) as Bar['parts'] }));
}

function sum(parts: readonly number[]): number {
  return parts.reduce((whole, part) => whole + part, 0);
}

/** One SVG path for one kind of tokens in all bars. */
export function barPath(bars: readonly Bar[], kind: number, height: number): string {
  return bars
    .filter((bar) => bar.parts[kind])
    .map((bar) => {
      const below = sum(bar.parts.slice(0, kind)) * height;
      const tall = Math.max(bar.parts[kind]! * height, 0.5);
      const wide = bar.width > 2 * LEAST_BAR ? bar.width - 1 : bar.width;
      return `M${round(bar.x)} ${round(height - below)}h${round(wide)}v${round(-tall)}h${round(-wide)}z`;
    })
    .join('');
}

/** The size of the context by the minute, from 0 to 1 of the largest. */
export function contextLine(minutes: readonly MinuteAnswer[], axis: Clock, width: number): { points: Point[]; most: number } {
  const known = minutes.filter((one) => one.context_tokens !== null);
  const most = Math.max(0, ...known.map((one) => one.context_tokens!));
  const scale = width / Math.max(axis.total, 1);
  return { most, points: known.map((one) => ({ x: axis.at(one.minute + MINUTE / 2) * scale, y: one.context_tokens! / Math.max(most, 1) })) };
}

/** The cost up to each minute, from 0 to 1 of all of it. */
export function costLine(minutes: readonly MinuteAnswer[], axis: Clock, width: number): Point[] {
  const whole = minutes.reduce((so, one) => so + (one.cost_usd ?? 0), 0);
  if (!whole) return [];
  const scale = width / Math.max(axis.total, 1);
  let cost = 0;
  const points = minutes.map((one) => ({ x: axis.at(one.minute + MINUTE / 2) * scale, y: (cost += one.cost_usd ?? 0) / whole }));
  return [{ x: 0, y: 0 }, ...points, { x: width, y: 1 }];
}

/** A line as an SVG path; `stepped` goes level and then up. */
export function linePath(points: readonly Point[], height: number, stepped = false): string {
  return points
    .map(({ x, y }, place) => {
      const [left, top] = [round(x), round(height - y * (height - 2) - 1)];
      return place === 0 ? `M${left} ${top}` : stepped ? `H${left}V${top}` : `L${left} ${top}`;
    })
    .join('');
}

/** The minute whose bar a time lies in, or the nearest one that is drawn no further away than `slack`. */
export function minuteAt(minutes: readonly MinuteAnswer[], axis: Clock, time: number, slack: number): MinuteAnswer | null {
  const place = axis.at(time);
  let [nearest, least]: [MinuteAnswer | null, number] = [null, slack];
  for (const one of minutes) {
    if (time >= one.minute && time < one.minute + MINUTE) return one;
    const away = Math.min(Math.abs(axis.at(one.minute) - place), Math.abs(axis.at(one.minute + MINUTE) - place));
    if (away < least) [nearest, least] = [one, away];
  }
  return nearest;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

export interface SoFar {
  /** Dollars up to here. */
  cost: number;
  /** Whether a call up to here has no price. */
  atLeast: boolean;
  /** Tokens of the last prompt. */
  context: number | null;
}

/** What each call brought the session to, so that a place is looked up rather than added up. */
export function sumsOf(events: Events): { times: Float64Array; sums: SoFar[] } {
  const calls = events.calls.toSorted((one, other) => one.at - other.at);
  let [cost, atLeast] = [0, false];
  const sums = calls.map((call) => {
    cost += call.cost ?? 0;
    atLeast ||= call.cost === null;
    return { cost, atLeast, context: call.context };
  });
  return { times: Float64Array.from(calls, (call) => call.at), sums };
}
