import { expect, test } from 'vitest';
import { hitsOf, nextHit } from './finding.svelte.ts';

const hits = [{ event: 'a', position: 2 }, { event: 'b', position: 7 }];

test('hits stand in the order of the conversation, those that are not shown are left out', () => {
  const positions = new Map([['a', 2], ['b', 7]]);
  expect(hitsOf([{ event_id: 'b' }, { event_id: 'x' }, { event_id: 'a' }], positions)).toEqual(hits);
});

test('the first step goes to the nearest hit on that side, and then round and round', () => {
  expect(nextHit(hits, -1, 3, 1)).toBe(1);
  expect(nextHit(hits, -1, 3, -1)).toBe(0);
  expect(nextHit(hits, -1, 9, 1)).toBe(0);
  expect(nextHit(hits, 1, 0, 1)).toBe(0);
  expect(nextHit([], -1, 0, 1)).toBe(-1);
});
