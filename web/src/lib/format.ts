/**
 * Numbers as words: the only place where money, tokens, durations and times become text.
 *
 * null is what is not known and is written N/A; an unknown number is never 0. Money comes in dollars and leaves in the
 * reader's currency, times come as ISO or epoch milliseconds and leave in the reader's zone.
 */
import { locale, type Currency } from './locale.svelte.ts';
import { wallClock } from './zones.ts';

export type Maybe<Value> = Value | null | undefined;
export type Instant = string | number;

export const UNKNOWN = 'N/A';
export const AT_LEAST = '≥\u2009';
export const ABOUT = '~\u2009';

const SMALL_DIGITS = 2;
const SMALLEST_DIGITS = 4;
const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const STEPS: [number, string][] = [
  [1e12, 'T'],
  [1e9, 'B'],
  [1e6, 'M'],
  [1e3, 'K'],
];
const SIZES: [number, string][] = [
  [2 ** 40, 'TiB'],
  [2 ** 30, 'GiB'],
  [2 ** 20, 'MiB'],
  [2 ** 10, 'KiB'],
];

/** Write every digit: 1,234,567. */
export function count(number: Maybe<number>): string {
  return number == null ? UNKNOWN : Math.round(number).toLocaleString('en-US');
}

/** Write a number of things: 1 session, 2 sessions. */
export function some(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** Write a token count in three digits: 950, 12.5K, 1.2M. */
export function tokens(number: Maybe<number>): string {
  if (number == null) return UNKNOWN;
  const size = Math.abs(number);
  let step = STEPS.findIndex(([unit]) => size >= unit);
  if (step < 0) return count(number);
  // 999,960 would else become 1,000K.
  if (step > 0 && size / STEPS[step]![0] >= 999.5) step -= 1;
  const [unit, sign] = STEPS[step]!;
  return `${threeDigits(number / unit)}${sign}`;
}

function threeDigits(worth: number): string {
  return Math.abs(worth) >= 99.95 ? worth.toFixed(0) : worth.toFixed(1).replace(/\.0$/, '');
}

/** Write the exact count for a hover: 12,543 tokens. */
export function exactTokens(number: Maybe<number>): string {
  return number == null ? 'not known' : some(number, 'token');
}

export interface MoneyMarks {
  /** The true amount is more: some of it has no price. */
  atLeast?: boolean | undefined;
  /** Part of it is estimated. */
  estimate?: boolean | undefined;
}

/** Write dollars in the reader's currency: $1.23, $0.012, $0.0012 by size. */
export function money(dollars: Maybe<number>, marks: MoneyMarks = {}, currency: Currency = locale.currency): string {
  if (dollars == null) return UNKNOWN;
  const mark = marks.atLeast ? AT_LEAST : marks.estimate ? ABOUT : '';
  const amount = Math.abs(dollars) * currency.per_dollar;
  const sign = dollars < 0 ? '-' : '';
  const places = placesOf(amount, currency.digits);
  const least = 10 ** -places;
  if (amount > 0 && amount < least / 2) return `${mark}${sign}<${withSymbol(least, places, currency)}`;
  return `${mark}${sign}${withSymbol(amount, places, currency)}`;
}

/** Write an amount with all its digits, for a hover: $0.0222534. */
export function exactMoney(dollars: Maybe<number>, currency: Currency = locale.currency): string {
  if (dollars == null) return 'not known';
  const digits = (Math.abs(dollars) * currency.per_dollar).toFixed(9).replace(/0+$/, '');
  const places = Math.max(currency.digits, digits.length - digits.indexOf('.') - 1);
  return `${dollars < 0 ? '-' : ''}${withSymbol(Math.abs(dollars) * currency.per_dollar, places, currency)}`;
}

/** Write what a million tokens cost, with at least two digits: $3.00, $0.075. */
export function rate(dollars: Maybe<number>, currency: Currency = locale.currency): string {
  return dollars == null ? UNKNOWN : exactMoney(dollars, currency);
}

function placesOf(amount: number, digits: number): number {
  if (amount === 0 || amount >= 10 ** (1 - digits)) return digits;
  const firstDigit = Math.max(0, -Math.floor(Math.log10(amount)));
  return Math.min(Math.max(digits, firstDigit + SMALL_DIGITS - 1), digits + SMALLEST_DIGITS - SMALL_DIGITS);
}

function withSymbol(amount: number, places: number, currency: Currency): string {
  const written = amount.toLocaleString('en-US', { minimumFractionDigits: places, maximumFractionDigits: places });
  return currency.symbol ? `${currency.symbol}${written}` : `${written} ${currency.code}`;
}

/** Write seconds by their two largest units: 2d 4h, 1h 5m, 3m, 12s, 340ms. */
export function duration(seconds: Maybe<number>): string {
  if (seconds == null) return UNKNOWN;
  if (seconds > 0 && seconds < 1) return `${Math.max(1, Math.round(seconds * 1000))}ms`;
  const whole = Math.floor(seconds);
  if (whole >= DAY) return pair(whole, DAY, 'd', HOUR, 'h');
  if (whole >= HOUR) return pair(whole, HOUR, 'h', MINUTE, 'm');
  return whole >= MINUTE ? `${Math.floor(whole / MINUTE)}m` : `${whole}s`;
}

/** Write seconds to the second, for a hover: 1h 5m 12s. */
export function exactDuration(seconds: Maybe<number>): string {
  if (seconds == null) return 'not known';
  const whole = Math.floor(seconds);
  const parts: [number, string][] = [
    [Math.floor(whole / HOUR), 'h'],
    [Math.floor((whole % HOUR) / MINUTE), 'm'],
    [whole % MINUTE, 's'],
  ];
  const first = parts.findIndex(([number]) => number > 0);
  return first < 0 ? duration(seconds) : parts.slice(first).map(([number, unit]) => `${number}${unit}`).join(' ');
}

function pair(whole: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = Math.floor((whole % large) / small);
  const first = `${Math.floor(whole / large)}${largeUnit}`;
  return rest ? `${first} ${rest}${smallUnit}` : first;
}

/** Write a part of a whole: 42%, <1%; N/A where there is no whole. */
export function share(part: Maybe<number>, whole: Maybe<number>): string {
  return part == null || !whole ? UNKNOWN : percent(part / whole);
}

/** Write a ratio as percent: 42%, <1%. */
export function percent(ratio: Maybe<number>): string {
  if (ratio == null || !Number.isFinite(ratio)) return UNKNOWN;
  const worth = ratio * 100;
  if (worth > 0 && worth < 1) return '<1%';
  return worth > 99 && worth < 100 ? '>99%' : `${Math.round(worth)}%`;
}

/** Write how much more it is than before: +12%, -3%, 4.2x; null where there is nothing to compare with. */
export function change(now: Maybe<number>, before: Maybe<number>): string | null {
  if (now == null || !before) return null;
  const ratio = now / before;
  if (ratio >= 3) return `${ratio < 1000 ? threeDigits(ratio) : count(ratio)}×`;
  const worth = Math.round((ratio - 1) * 100);
  return worth > 0 ? `+${worth}%` : worth < 0 ? `−${-worth}%` : '±0%';
}

/** Write how many percentage points more it is than before: +2.1 points; null where there is nothing to compare with. */
export function points(now: Maybe<number>, before: Maybe<number>): string | null {
  if (now == null || before == null) return null;
  const worth = Math.round((now - before) * 1000) / 10;
  return `${worth > 0 ? '+' : worth < 0 ? '−' : '±'}${Math.abs(worth)} ${Math.abs(worth) === 1 ? 'point' : 'points'}`;
}

/** Write a number of bytes: 812 B, 1.2 MiB. */
export function bytes(number: Maybe<number>): string {
  if (number == null) return UNKNOWN;
  const found = SIZES.find(([unit]) => number >= unit);
  return found ? `${(number / found[0]).toFixed(1)} ${found[1]}` : `${number} B`;
}

/** Turn an instant into epoch milliseconds; null where it is not known. */
export function millis(at: Maybe<Instant>): number | null {
  if (at == null || at === '') return null;
  const value = typeof at === 'number' ? at : Date.parse(at);
  return Number.isNaN(value) ? null : value;
}

/** Write when it was, as short as can be told apart: 14:03, 20 Nov 14:03, 2025-11-20. */
export function time(at: Maybe<Instant>, now: number = Date.now(), zone: string = locale.zone): string {
  const value = millis(at);
  if (value === null) return UNKNOWN;
  const then = parts(value, zone);
  const today = parts(now, zone);
  if (then.year !== today.year) return then.date;
  return then.date === today.date ? then.clock : `${then.day} ${then.month} ${then.clock}`;
}

/** Write when it was, in full: 2026-11-21 14:03:05. */
export function exactTime(at: Maybe<Instant>, zone: string = locale.zone): string {
  const value = millis(at);
  if (value === null) return 'not known';
  const then = parts(value, zone);
  return `${then.date} ${then.clock}:${then.second}`;
}

/** Write the time of day to the second: 14:03:05. */
export function clock(at: Maybe<Instant>, zone: string = locale.zone): string {
  const value = millis(at);
  if (value === null) return UNKNOWN;
  const then = parts(value, zone);
  return `${then.clock}:${then.second}`;
}

/** Write how long ago it was: just now, 5m ago, 3d ago. */
export function ago(at: Maybe<Instant>, now: number = Date.now()): string {
  const value = millis(at);
  if (value === null) return UNKNOWN;
  const seconds = Math.floor((now - value) / 1000);
  return seconds < 10 ? 'just now' : `${duration(seconds).split(' ')[0]} ago`;
}

interface Parts {
  year: string;
  month: string;
  day: string;
  date: string;
  clock: string;
  second: string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function parts(value: number, zone: string): Parts {
  const [date = '', hours = ''] = wallClock(value, zone).split(' ');
  const [year = '', month = '', day = ''] = date.split('-');
  return {
    year,
    month: MONTHS[Number(month) - 1] ?? '',
    day: String(Number(day)),
    date,
    clock: hours.slice(0, 5),
    second: hours.slice(6, 8),
  };
}

/** The last part of a path, which is what people call a project. */
export function projectName(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path;
}
