import { describe, expect, it } from 'vitest';
import {
  ago,
  bytes,
  change,
  count,
  duration,
  exactDuration,
  exactMoney,
  exactTime,
  exactTokens,
  money,
  percent,
  points,
  projectName,
  rate,
  share,
  some,
  time,
  tokens,
} from './format.ts';
import { DOLLAR } from './locale.svelte.ts';

const EURO = { code: 'EUR', symbol: '€', per_dollar: 0.5, digits: 2 };
const YEN = { code: 'JPY', symbol: '¥', per_dollar: 150, digits: 0 };
const FRANC = { code: 'CHF', symbol: '', per_dollar: 1, digits: 2 };

describe('money', () => {
  it.each([
    [1.234, '$1.23'],
    [0.012, '$0.012'],
    [0.0012, '$0.0012'],
    [0.5, '$0.50'],
    [0.1, '$0.10'],
    [0.0999, '$0.100'],
    [0.05, '$0.050'],
    [1234.5, '$1,234.50'],
    [0, '$0.00'],
    [0.00004, '<$0.0001'],
    [0.00006, '$0.0001'],
    [-0.25, '-$0.25'],
    [null, 'N/A'],
    [undefined, 'N/A'],
  ])('writes %s dollars as %s', (dollars, words) => {
    expect(money(dollars, {}, DOLLAR)).toBe(words);
  });

  it('marks a sum that is partly unpriced or estimated', () => {
    expect(money(1.5, { atLeast: true }, DOLLAR)).toBe('≥\u2009$1.50');
    expect(money(1.5, { estimate: true }, DOLLAR)).toBe('~\u2009$1.50');
  });

  it('converts into the reader’s currency, with its own digits and symbol', () => {
    expect(money(3, {}, EURO)).toBe('€1.50');
    expect(money(2, {}, YEN)).toBe('¥300');
    expect(money(0.01, {}, YEN)).toBe('¥1.5');
    expect(money(3, {}, FRANC)).toBe('3.00 CHF');
  });

  it('writes every digit for a hover', () => {
    expect(exactMoney(0.0222534, DOLLAR)).toBe('$0.0222534');
    expect(exactMoney(3, DOLLAR)).toBe('$3.00');
    expect(exactMoney(null, DOLLAR)).toBe('not known');
    expect(rate(0.075, DOLLAR)).toBe('$0.075');
  });
});

describe('tokens', () => {
  it.each([
    [0, '0'],
    [950, '950'],
    [1000, '1K'],
    [12_543, '12.5K'],
    [99_960, '100K'],
    [125_400, '125K'],
    [999_400, '999K'],
    [999_960, '1M'],
    [1_234_567, '1.2M'],
    [2_500_000_000, '2.5B'],
    [null, 'N/A'],
  ])('writes %s as %s', (number, words) => {
    expect(tokens(number)).toBe(words);
  });

  it('gives the exact count for a hover', () => {
    expect(exactTokens(12_543)).toBe('12,543 tokens');
    expect(exactTokens(1)).toBe('1 token');
    expect(exactTokens(null)).toBe('not known');
  });
});

describe('durations', () => {
  it.each([
    [0, '0s'],
    [0.34, '340ms'],
    [12.9, '12s'],
    [200, '3m'],
    [3600, '1h'],
    [3900, '1h 5m'],
    [187_200, '2d 4h'],
    [null, 'N/A'],
  ])('writes %s seconds as %s', (seconds, words) => {
    expect(duration(seconds)).toBe(words);
  });

  it('writes them to the second for a hover', () => {
    expect(exactDuration(3912)).toBe('1h 5m 12s');
    expect(exactDuration(5)).toBe('5s');
  });
});

describe('times', () => {
  const now = Date.parse('2026-11-21T15:00:00Z');

  it.each([
    ['2026-11-21T13:03:05Z', '14:03'],
    ['2026-11-20T13:03:05Z', '20 Nov 14:03'],
    ['2025-11-20T23:30:00Z', '2025-11-21'],
    [null, 'N/A'],
    ['', 'N/A'],
  ])('writes %s as %s in Berlin', (at, words) => {
    expect(time(at, now, 'Europe/Berlin')).toBe(words);
  });

  it('writes the full time for a hover', () => {
    expect(exactTime('2026-11-21T13:03:05.123Z', 'Europe/Berlin')).toBe('2026-11-21 14:03:05');
  });

  it('says how long ago it was', () => {
    expect(ago(now - 5000, now)).toBe('just now');
    expect(ago(now - 3_900_000, now)).toBe('1h ago');
  });
});

describe('the rest', () => {
  it('writes shares and changes', () => {
    expect(share(42, 100)).toBe('42%');
    expect(share(1, 1000)).toBe('<1%');
    expect(share(999, 1000)).toBe('>99%');
    expect(share(1, 0)).toBe('N/A');
    expect(percent(1)).toBe('100%');
    expect(change(112, 100)).toBe('+12%');
    expect(change(97, 100)).toBe('−3%');
    expect(change(420, 100)).toBe('4.2×');
    expect(change(1, 0)).toBeNull();
    expect(change(null, 3)).toBeNull();
  });

  it('counts things and bytes', () => {
    expect(count(1_234_567)).toBe('1,234,567');
    expect(some(1, 'session')).toBe('1 session');
    expect(some(2, 'reply', 'replies')).toBe('2 replies');
    expect(bytes(812)).toBe('812 B');
    expect(bytes(1_258_291)).toBe('1.2 MiB');
  });

  it('calls a project by the last part of its path', () => {
    expect(projectName('/home/ada/src/dashcam/')).toBe('dashcam');
    expect(projectName('C:\\code\\thing')).toBe('thing');
    expect(projectName('')).toBe('');
  });
});

describe('percentage points', () => {
  it.each([
    [0.93, 0.909, '+2.1 points'],
    [0.5, 0.51, '−1 point'],
    [0.5, 0.5, '±0 points'],
    [0.5, null, null],
  ])('of %s against %s are %s', (now, before, words) => expect(points(now, before)).toBe(words));
});
