import { describe, expect, it } from 'vitest';
import { spanFilters } from './zoom.ts';

const zone = 'Europe/Berlin';

describe('a stretch of time', () => {
  it('is said by its dates where it is made of whole days', () => {
    const [since, until] = [Date.parse('2026-03-28T23:00Z'), Date.parse('2026-03-30T22:00Z')];
    expect(spanFilters(since, until, zone)).toEqual({ range: '2026-03-29..2026-03-30' });
  });

  it('is said by its instants where it is not', () => {
    const [since, until] = [Date.parse('2026-03-28T22:00Z'), Date.parse('2026-03-28T23:00Z')];
    expect(spanFilters(since, until, zone)).toEqual({ since: '2026-03-28T22:00:00.000Z', until: '2026-03-28T23:00:00.000Z' });
  });
});
