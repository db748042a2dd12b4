import { expect, it } from 'vitest';
import { spanWords } from './words.ts';

it('says from when to when, and the date once where it is one day', () => {
  expect(spanWords('2026-01-15T01:18:10Z', '2026-01-15T02:15:00Z', 'UTC')).toBe('2026-01-15 01:18 to 02:15');
  expect(spanWords('2026-01-15T01:18:10Z', '2026-11-21T06:53:00Z', 'UTC')).toBe('2026-01-15 01:18 to 2026-11-21 06:53');
  expect(spanWords('2026-01-15T01:18:10Z', '2026-01-15T01:18:40Z', 'UTC')).toBe('2026-01-15 01:18');
});

it('does not guess a time', () => {
  expect(spanWords(null, null)).toBe('N/A');
});
