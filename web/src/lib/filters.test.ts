import { describe, expect, it } from 'vitest';
import { apiQuery, carried, chips, including, NONE, rangeWords, readFilters, spanOfFilters, without, writeFilters } from './filters.ts';

const query = (words: string): URLSearchParams => new URLSearchParams(words);

describe('filters', () => {
  it('are the same in the address and in what the API is asked', () => {
    const words = 'agent_type=codex&agent_type=claude-code&status=failed&min_cost=0.5&active=true&range=7d';
    expect(apiQuery(readFilters(query(words)))).toEqual({
      agent_type: ['codex', 'claude-code'],
      status: ['failed'],
      min_cost: '0.5',
      active: true,
      range: '7d',
    });
  });

  it('ask for thirty days unless told', () => {
    expect(apiQuery(readFilters(query('')))).toEqual({ range: '30d' });
  });

  it('leave out a status that there is not, and a cost that is no number', () => {
    expect(apiQuery(readFilters(query('status=asleep&min_cost=much&range=all')))).toEqual({ range: 'all' });
  });

  it('let since and until take the place of the range', () => {
    const next = writeFilters(query('range=7d&sort=cost'), { since: '2026-11-01T00:00:00.000Z', until: '2026-11-02T00:00:00.000Z' });
    expect(next.get('range')).toBeNull();
    expect(next.get('sort')).toBe('cost');
    expect(writeFilters(next, { range: '24h' }).toString()).toBe('sort=cost&range=24h');
  });

  it('drop the cursor of the listing before', () => {
    expect(writeFilters(query('after=abc'), { text: 'x' }).toString()).toBe('text=x');
  });

  it('become one chip for each value, and go away one by one', () => {
    const filters = readFilters(query('model=opus&model=gpt&text=login&no_subagents=true'));
    expect(chips(filters).map((chip) => `${chip.title} ${chip.value}`)).toEqual(['Model opus', 'Model gpt', 'Text login', 'Without subagents ']);
    expect(without(filters, chips(filters)[0]!)).toEqual({ model: ['gpt'] });
    expect(without(filters, chips(filters)[3]!)).toEqual({ no_subagents: false });
  });

  it('take a value once', () => {
    const filters = readFilters(query('model=opus'));
    expect(including(filters, 'model', 'opus')).toEqual({ model: ['opus'] });
    expect(including(filters, 'model', 'gpt')).toEqual({ model: ['opus', 'gpt'] });
    expect(including(filters, 'min_cost', '2.5')).toEqual({ min_cost: 2.5 });
  });

  it('are all taken away but the range', () => {
    expect(writeFilters(query('model=opus&active=true&range=7d'), NONE).toString()).toBe('range=7d');
  });

  it('go along from page to page without the words of one page', () => {
    expect(carried(query('model=opus&range=7d&sort=cost&text=login')).toString()).toBe('model=opus&range=7d');
  });

  it('name their range', () => {
    expect(rangeWords(readFilters(query('range=7d')))).toBe('Last 7 days');
    expect(rangeWords(readFilters(query('since=2026-11-01&until=2026-11-03')))).toBe('2026-11-01 to 2026-11-03');
    expect(rangeWords(readFilters(query('since=2026-11-01T10:30:00Z')), 'UTC')).toBe('Since 2026-11-01 10:30');
  });

  it('mean a whole day where until is a date', () => {
    expect(spanOfFilters(readFilters(query('since=2026-11-01&until=2026-11-01')), 0, 'UTC')).toEqual({
      since: Date.UTC(2026, 10, 1),
      until: Date.UTC(2026, 10, 2),
    });
  });
});
