import { expect, test } from 'vitest';
import type { Outline } from '../../../api/schema.d.ts';
import { partners, positionAt, readOutline, shownWith } from './events.ts';

const CALL = 'tool_call';
const RESULT = 'tool_result';

test('a result answers the call that began when it says', () => {
  const kinds = [CALL, CALL, RESULT, RESULT];
  const found = partners(kinds, ['Read', 'Read', 'Read', 'Read'], [0, 10, 60, 90], new Map([[2, 50], [3, 90]]));
  expect([...found]).toEqual([3, 2, 1, 0]);
});

test('a result that does not say answers the oldest open call of its tool', () => {
  const found = partners([CALL, CALL, CALL, RESULT], ['Read', 'Bash', 'Bash', 'Bash'], [0, 1, 2, 3], new Map());
  expect([...found]).toEqual([-1, 3, -1, 1]);
});

test('a result without a call stands alone', () => {
  expect([...partners([RESULT, CALL], ['', 'Bash'], [0, 1], new Map())]).toEqual([-1, -1]);
});

test('a model call is shown with the words of its response', () => {
  const kinds = ['user', 'thinking', 'assistant', CALL, RESULT, CALL];
  expect(shownWith(3, kinds, new Set([3, 5]))).toBe(2);
  expect(shownWith(5, kinds, new Set([3, 5]))).toBe(5);
});

test('a model call is not shown with the words of another', () => {
  expect(shownWith(2, ['assistant', 'thinking', CALL], new Set([0, 2]))).toBe(2);
});

test('the position of a time is that of the last event up to it', () => {
  const times = Float64Array.from([10, 20, 20, 30]);
  expect([5, 10, 19, 20, 29, 99].map((time) => positionAt(times, time))).toEqual([0, 0, 0, 2, 2, 3]);
});

test('an outline is read into columns whose times never fall', () => {
  const outline: Outline = {
    session_id: 's', revision: 3, start: 1000, id: ['1.0.0', '1.1.0', '1.2.0'], at: [0, -5, 7], kind: [0, 1, 2],
    kinds: ['user', 'tool_call', 'tool_result'], name: [0, 1, 1], names: ['', 'Bash'], failed: [2], inherited: [0],
    durations: { position: [2], duration_ms: [12] }, changes: { position: [2], added: [3], removed: [1] },
    calls: { position: [1], call_id: ['m'], at: [2], model: [0], models: ['sonnet'], cost_usd: [null], output_tokens: [5], context_tokens: [9] },
  };
  const events = readOutline(outline);
  expect([...events.times]).toEqual([1000, 1000, 1007]);
  expect([...events.partner]).toEqual([-1, 2, 1]);
  expect(events.calls).toEqual([{ id: 'm', position: 1, at: 1002, model: 'sonnet', cost: null, output: 5, context: 9 }]);
  expect(events.changed.get(2)).toEqual([3, 1]);
});
