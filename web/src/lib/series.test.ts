import { describe, expect, it } from 'vitest';
import { suitable, timeline } from './series.ts';

const zone = 'Europe/Berlin';
const laid = (labels: string[], by: 'hour' | 'day' | 'week' | 'month'): string[] =>
  timeline(labels, (label) => label, by, zone).times.map((at) => new Date(at).toISOString().slice(0, 13));

describe('rows along time', () => {
  it('have no gap, and days of 23 hours are days', () => {
    const days = timeline(['2026-03-28', '2026-03-30'], (label) => label, 'day', zone);
    expect(days.times.map((at) => new Date(at).toISOString().slice(0, 13))).toEqual(['2026-03-27T23', '2026-03-28T23', '2026-03-29T22']);
    expect(days.rows).toEqual([['2026-03-28'], [], ['2026-03-30']]);
  });

  it('may be hours, weeks and months', () => {
    expect(laid(['2026-11-21T14:00+01:00', '2026-11-21T16:00+01:00'], 'hour')).toEqual(['2026-11-21T13', '2026-11-21T14', '2026-11-21T15']);
    expect(laid(['2026-11-02', '2026-11-16'], 'week')).toEqual(['2026-11-01T23', '2026-11-08T23', '2026-11-15T23']);
    expect(laid(['2026-01', '2026-03'], 'month')).toEqual(['2025-12-31T23', '2026-01-31T23', '2026-02-28T23']);
  });

  it('fill a wider span, and leave out what has no time', () => {
    const span = { since: Date.parse('2026-11-20T12:00Z'), until: Date.parse('2026-11-22T12:00Z') };
    expect(timeline(['unknown', '2026-11-21'], (label) => label, 'day', 'UTC', span).rows).toEqual([[], ['2026-11-21'], []]);
    expect(timeline([], () => '', 'day', 'UTC').times).toEqual([]);
  });

  it('come in buckets that suit the span', () => {
    const days = (count: number) => ({ since: 0, until: count * 86_400_000 });
    expect([days(1), days(30), days(365), days(2000), null].map(suitable)).toEqual(['hour', 'day', 'week', 'month', 'month']);
  });
});
