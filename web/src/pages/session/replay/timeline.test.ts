import { expect, test } from 'vitest';
import type { MinuteAnswer } from '../../../api/schema.d.ts';
import { Clock } from './clock.ts';
import { NO_EVENTS } from './events.ts';
import { axisOf, barPath, barsOf, contextLine, costLine, linePath, MINUTE, minuteAt, sumsOf } from './timeline.ts';

const minute = (at: number, tokens: number, cost: number | null, context: number | null): MinuteAnswer => ({
  minute: at, calls: 1, input_tokens: tokens, output_tokens: 0, cache_read_tokens: tokens, cache_write_tokens: 0,
  reasoning_tokens: 0, cost_usd: cost, context_tokens: context,
});
const minutes = [minute(0, 10, 1, 50), minute(MINUTE, 20, 3, 100)];
const axis = new Clock([0, MINUTE, 2 * MINUTE], { longest: 10 * MINUTE, shortened: 1 });

test('each minute is a bar as wide as a minute, the highest one full', () => {
  expect(barsOf(minutes, axis, 100)).toEqual([
    { x: 0, width: 50, parts: [0.25, 0, 0.25, 0] },
    { x: 50, width: 50, parts: [0.5, 0, 0.5, 0] },
  ]);
});

test('minutes too narrow to be seen share a bar', () => {
  expect(barsOf(minutes, axis, 4)).toEqual([{ x: 0, width: 3, parts: [0.5, 0, 0.5, 0] }]);
});

test('bars of one kind stand on those below', () => {
  expect(barPath([{ x: 0, width: 10, parts: [0.5, 0, 0.5, 0] }], 2, 40)).toBe('M0 20h9v-20h-9z');
});

test('the cost rises to all of it, the context is measured by its largest', () => {
  expect(costLine(minutes, axis, 100).map((point) => point.y)).toEqual([0, 0.25, 1, 1]);
  expect(contextLine(minutes, axis, 100)).toEqual({ most: 100, points: [{ x: 25, y: 0.5 }, { x: 75, y: 1 }] });
  expect(linePath([{ x: 0, y: 0 }, { x: 10, y: 1 }], 42, true)).toBe('M0 41H10V1');
});

test('a pointer finds its minute, or one whose bar is near', () => {
  expect(minuteAt(minutes, axis, 10, 0)?.minute).toBe(0);
  expect(minuteAt(minutes.slice(1), axis, MINUTE - 5, 6)?.minute).toBe(MINUTE);
  expect(minuteAt(minutes.slice(1), axis, MINUTE - 50, 6)).toBeNull();
});

test('a night between two minutes is narrow', () => {
  const long = axisOf({ ...NO_EVENTS, times: Float64Array.from([1, 1000 * MINUTE]) }, []);
  expect(long.gaps).toHaveLength(1);
  expect(long.total).toBeLessThan(MINUTE);
});

test('what it cost up to a call is known, and that it is at least that', () => {
  const call = (at: number, cost: number | null) => ({ id: '', position: 0, at, model: '', cost, output: 0, context: at });
  const { sums } = sumsOf({ ...NO_EVENTS, calls: [call(2, null), call(1, 0.5), call(3, 1)] });
  expect(sums).toEqual([
    { cost: 0.5, atLeast: false, context: 1 },
    { cost: 0.5, atLeast: true, context: 2 },
    { cost: 1.5, atLeast: true, context: 3 },
  ]);
});
