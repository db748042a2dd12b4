/**
 * Time ranges in the words of `--range`, and the instants that they mean in the reader's zone.
 *
 * A span is half-open: `since` belongs to it, `until` does not. Midnights are looked up, so days of 23 hours are right.
 */
import { wallClock } from './zones.ts';

export interface RangeWord {
  word: string;
  title: string;
}

export interface Span {
  since: number;
  until: number;
}

export const DEFAULT_RANGE = '30d';

export const RANGES: RangeWord[] = [
  { word: '1h', title: 'Last hour' },
  { word: '8h', title: 'Last 8 hours' },
  { word: '24h', title: 'Last 24 hours' },
  { word: '2d', title: 'Last 2 days' },
  { word: '7d', title: 'Last 7 days' },
  { word: '30d', title: 'Last 30 days' },
  { word: 'today', title: 'Today' },
  { word: 'yesterday', title: 'Yesterday' },
  { word: 'thisweek', title: 'This week' },
  { word: 'thismonth', title: 'This month' },
  { word: 'lastmonth', title: 'Last month' },
  { word: 'all', title: 'All time' },
];

const HOUR = 3_600_000;
const UNIT: Record<string, number> = { m: 60_000, h: HOUR, d: 24 * HOUR, w: 168 * HOUR };

/** What a range is called: Last 7 days, or its own two dates. */
export function rangeTitle(word: string): string {
  return RANGES.find((range) => range.word === word)?.title ?? word.replace('..', ' to ');
}

const BEFORE: Record<string, string> = {
  today: 'yesterday up to now',
  yesterday: 'the day before',
  thisweek: 'last week up to now',
  thismonth: 'last month up to now',
  lastmonth: 'the month before',
  '1h': 'the hour before',
};
const UNIT_TITLE: Record<string, string> = { m: 'minutes', h: 'hours', d: 'days', w: 'weeks' };

/** What the period is called that a range is compared with: the 30 days before. */
export function beforeTitle(word: string): string {
  const rolling = /^(\d+)([mhdw])$/.exec(word);
  return BEFORE[word] ?? (rolling ? `the ${rolling[1]} ${UNIT_TITLE[rolling[2]!]} before` : 'the period before');
}

/** When a range begins and ends; null for all time and for words that are no range. */
export function spanOf(word: string, now: number, zone: string): Span | null {
  const rolling = /^(\d+)([mhdw])$/.exec(word);
  if (rolling) return { since: now - Number(rolling[1]) * (UNIT[rolling[2]!] ?? 0), until: now };
  const dates = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(word);
  if (dates) return { since: midnight(dates[1]!, 0, zone), until: midnight(dates[2]!, 1, zone) };
  const today = dateIn(now, zone);
  switch (word) {
    case 'today':
      return { since: midnight(today, 0, zone), until: now };
    case 'yesterday':
      return { since: midnight(today, -1, zone), until: midnight(today, 0, zone) };
    case 'thisweek':
      return { since: midnight(today, -weekday(today), zone), until: now };
    case 'thismonth':
      return { since: midnight(`${today.slice(0, 7)}-01`, 0, zone), until: now };
    case 'lastmonth':
      return { since: midnight(monthBefore(today), 0, zone), until: midnight(`${today.slice(0, 7)}-01`, 0, zone) };
    default:
      return null;
  }
}

/** The span of the same length just before; what a change is measured against. */
export function before(span: Span): Span {
  return { since: span.since - (span.until - span.since), until: span.since };
}

/** Write an instant as the API reads it. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}

/** The local date of an instant: 2026-11-21. */
export function dateIn(at: number, zone: string): string {
  return wallClock(at, zone).slice(0, 10);
}

/** When a local date, moved by some days, begins. */
export function midnight(date: string, days: number, zone: string): number {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number);
  const wanted = Date.UTC(year, month - 1, day + days);
  let guess = wanted - offset(wanted, zone);
  guess = wanted - offset(guess, zone);
  return guess;
}

function offset(at: number, zone: string): number {
  return Date.parse(`${wallClock(at, zone).replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000;
}

function weekday(date: string): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

function monthBefore(date: string): string {
  const [year = 0, month = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 2, 1)).toISOString().slice(0, 10);
}
