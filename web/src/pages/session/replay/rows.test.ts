import { expect, test } from 'vitest';
import { NO_EVENTS, type Events, type ModelCall } from './events.ts';
import { expensive, marksOf, nextOf } from './marks.ts';
import { countShown, isHidden, rowAt, rowPosition, rowsOf } from './rows.ts';

const kinds = ['user', 'thinking', 'tool_call', 'tool_result', 'tool_call', 'error', 'system'];
const call = (id: string, position: number, cost: number | null): ModelCall => ({ id, position, at: 0, model: 'm', cost, output: 1, context: 1 });
const events: Events = {
  ...NO_EVENTS,
  length: kinds.length,
  ids: kinds.map((_, at) => `1.${at}.0`),
  kinds,
  names: kinds.map(() => ''),
  failed: new Set([3]),
  partner: Int32Array.from([-1, -1, 3, 2, -1, -1, -1]),
  calls: [call('a', 3, 0.5)],
};

test('a call and its result are one row, which carries the model calls of both', () => {
  const rows = rowsOf(events);
  expect(rows.map((row) => row.position)).toEqual([0, 1, 2, 4, 5, 6]);
  expect(rows[2]).toMatchObject({ id: '1.2.0', result: 3, failed: true });
  expect(rows[2]?.calls.map((one) => one.id)).toEqual(['a']);
});

test('a result leads to the row of its call', () => {
  expect(rowPosition(events, 3)).toBe(2);
  expect(rowAt(rowsOf(events), 3)).toBe(2);
  expect(rowAt([], 3)).toBe(0);
});

test('a failed tool stays where tools are left out but errors are not', () => {
  const [, , failed, running] = rowsOf(events);
  expect(isHidden(failed!, new Set(['tools']))).toBe(false);
  expect(isHidden(failed!, new Set(['tools', 'errors']))).toBe(true);
  expect(isHidden(running!, new Set(['tools']))).toBe(true);
});

test('a failed tool counts as a tool and as an error', () => {
  expect(countShown(rowsOf(events))).toEqual({ prompts: 1, answers: 0, thinking: 1, tools: 2, errors: 2, notices: 1 });
});

test('prompts, errors and expensive calls can be jumped to', () => {
  expect(marksOf(rowsOf(events), events.calls)).toEqual({ prompts: [0], errors: [2, 5], expensive: [2] });
});

test('the dearest twentieth of the calls is expensive, and at least three are', () => {
  const many = Array.from({ length: 100 }, (_, at) => call(String(at), at, at));
  expect(expensive(many).map((one) => one.cost)).toEqual([99, 98, 97, 96, 95]);
  expect(expensive(many.slice(0, 6)).map((one) => one.cost)).toEqual([5, 4, 3]);
  expect(expensive([call('x', 0, null)])).toEqual([]);
});

test('the next one is the next on that side', () => {
  expect(nextOf([2, 5], 2, 1)).toBe(5);
  expect(nextOf([2, 5], 5, -1)).toBe(2);
  expect(nextOf([2, 5], 5, 1)).toBeNull();
});
