import { describe, expect, it } from 'vitest';
import { spanOfMonths, widthOf, widths } from './over-time.ts';

const DAY = 86_400_000;
const open = (days: number | null): string[] =>
  widths(days === null ? null : { since: 0, until: days * DAY })
    .filter((width) => !width.disabled)
    .map((width) => width.value);

describe('the width of bars', () => {
  it('can be chosen as long as there are not too many of them', () => {
    expect(open(30)).toEqual(['hour', 'day', 'week', 'month']);
    expect(open(365)).toEqual(['day', 'week', 'month']);
    expect(open(null)).toEqual(['day', 'week', 'month']);
  });

  it('is the one asked for where it can be, else the one that suits', () => {
    const year = { since: 0, until: 365 * DAY };
    expect([widthOf('day', year), widthOf('hour', year), widthOf('year', year), widthOf(null, year)]).toEqual(['day', 'week', 'week', 'week']);
    expect([widthOf('week', null), widthOf(null, null)]).toEqual(['week', null]);
  });
});

describe('months', () => {
  it('span from the first to the end of the last', () => {
    expect(spanOfMonths(['(unknown time)', '2026-01', '2026-02'])).toEqual({ since: Date.UTC(2026, 0, 1), until: Date.UTC(2026, 1, 1) + 30 * DAY });
    expect(spanOfMonths(['(unknown time)'])).toBeNull();
  });
});
