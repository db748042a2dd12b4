import { describe, expect, it } from 'vitest';
import { before, beforeTitle, midnight, rangeTitle, spanOf } from './ranges.ts';

const NOW = Date.parse('2026-11-21T14:00:00Z');
const hours = (word: string, now = NOW, zone = 'UTC'): [string, string] => {
  const span = spanOf(word, now, zone)!;
  return [new Date(span.since).toISOString().slice(0, 13), new Date(span.until).toISOString().slice(0, 13)];
};

describe('ranges', () => {
  it.each([
    ['8h', '2026-11-21T06', '2026-11-21T14'],
    ['7d', '2026-11-14T14', '2026-11-21T14'],
    ['today', '2026-11-21T00', '2026-11-21T14'],
    ['yesterday', '2026-11-20T00', '2026-11-21T00'],
    ['thisweek', '2026-11-16T00', '2026-11-21T14'],
    ['thismonth', '2026-11-01T00', '2026-11-21T14'],
    ['lastmonth', '2026-10-01T00', '2026-11-01T00'],
    ['2026-11-01..2026-11-15', '2026-11-01T00', '2026-11-16T00'],
  ])('%s is from %s to %s', (word, since, until) => {
    expect(hours(word)).toEqual([since, until]);
  });

  it('have no ends where all time is meant', () => {
    expect(spanOf('all', NOW, 'UTC')).toBeNull();
    expect(spanOf('nonsense', NOW, 'UTC')).toBeNull();
  });

  it('know that a day of changed clocks has 23 or 25 hours', () => {
    const day = (date: string): number => (midnight(date, 1, 'Europe/Berlin') - midnight(date, 0, 'Europe/Berlin')) / 3_600_000;
    expect(day('2026-03-29')).toBe(23);
    expect(day('2026-10-25')).toBe(25);
    expect(day('2026-11-21')).toBe(24);
  });

  it('begin at the reader’s midnight', () => {
    expect(hours('today', NOW, 'America/New_York')[0]).toBe('2026-11-21T05');
  });

  it('are measured against the time just before', () => {
    expect(before({ since: 100, until: 150 })).toEqual({ since: 50, until: 100 });
  });

  it('are called by words', () => {
    expect(rangeTitle('7d')).toBe('Last 7 days');
    expect(rangeTitle('2026-11-01..2026-11-15')).toBe('2026-11-01 to 2026-11-15');
  });
});

describe('the period before', () => {
  it.each([
    ['30d', 'the 30 days before'],
    ['1h', 'the hour before'],
    ['today', 'yesterday up to now'],
    ['lastmonth', 'the month before'],
    ['2026-11-01..2026-11-15', 'the period before'],
    ['', 'the period before'],
  ])('of %s is %s', (word, title) => expect(beforeTitle(word)).toBe(title));
});
