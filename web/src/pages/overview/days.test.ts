import { describe, expect, it } from 'vitest';
import type { UsageAnswer } from '../../api/schema.d.ts';
import { busiest, lastHour, valuesByDay, yearUpTo } from './days.ts';

const NOW = Date.parse('2026-11-21T14:30:20Z');

describe('a year of days', () => {
  it('begins with a Monday and ends today, where the reader is', () => {
    expect(yearUpTo(NOW, 'UTC')).toEqual({ first: '2025-11-17', last: '2026-11-21' });
    expect(yearUpTo(NOW, 'Pacific/Auckland')).toEqual({ first: '2025-11-17', last: '2026-11-22' });
  });

  it('leaves out days of which nothing is known', () => {
    const rows = [
      { day: '2026-11-20', cost_usd: 2, total_tokens: 10 },
      { day: '2026-11-21', cost_usd: null, total_tokens: 30 },
    ] as UsageAnswer[];
    expect([...valuesByDay(rows, 'cost')]).toEqual([['2026-11-20', 2]]);
    expect(busiest(valuesByDay(rows, 'tokens'), 1)).toEqual([['2026-11-21', 30]]);
  });
});

describe('the last hour', () => {
  it('has a place for each minute, the present one last', () => {
    const minute = (ago: number): number => Date.parse('2026-11-21T14:30:00Z') - ago * 60_000;
    const made = (ago: number, output_tokens: number) => ({ minute: minute(ago), input_tokens: 1, output_tokens, cache_read_tokens: 2 });
    const values = lastHour([made(61, 9), made(59, 4), made(0, 7)], NOW);
    expect([values.length, values[0], values[58], values[59]]).toEqual([60, 7, 0, 10]);
  });
});
