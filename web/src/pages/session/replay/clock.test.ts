import { expect, test } from 'vitest';
import { Clock } from './clock.ts';

// Something happened at 1000, 1010, 2010 and 2030: a gap of a thousand becomes 5.
const clock = new Clock([1000, 1010, 2010, 2030], { longest: 100, shortened: 5 });

test('idle gaps are shortened, and all else runs as it did', () => {
  expect(clock.total).toBe(10 + 5 + 20);
  expect(clock.gaps).toEqual([{ from: 1010, to: 2010, begins: 10, ends: 15 }]);
});

test('a time and its moment lead to each other', () => {
  for (const time of [1000, 1004, 1010, 1210, 2010, 2021, 2030]) expect(clock.time(clock.at(time))).toBeCloseTo(time);
  expect(clock.at(1510)).toBe(12.5);
});

test('what lies outside is drawn to the ends', () => {
  expect([clock.at(0), clock.at(9999)]).toEqual([0, 35]);
  expect([clock.time(-1), clock.time(99)]).toEqual([1000, 2030]);
});

test('the gap that is being skipped is known', () => {
  expect(clock.gapAt(12)?.to).toBe(2010);
  expect(clock.gapAt(15)).toBeNull();
});

test('a session without events takes no time', () => {
  const none = new Clock([], { longest: 1, shortened: 1 });
  expect([none.total, none.at(5), none.time(5)]).toEqual([0, 0, 0]);
});
