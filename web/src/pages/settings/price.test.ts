import { describe, expect, it } from 'vitest';
import { emptyPrice, listedName, repricedWords, trimmed } from './price.ts';

describe('a price of one’s own', () => {
  it('keeps the words of a number as they were written', () => {
    const price = { ...emptyPrice({ model: 'acme-1', provider: '', as: 'price', priced: false }), input: ' 0.30 ', output: '1.50' };
    expect(trimmed(price)).toEqual({ model: 'acme-1', provider: '', since: '', input: '0.30', output: '1.50', cache_read: '', cache_write_5m: '', cache_write_1h: '' });
  });
  it('names a listed model with its provider', () => {
    const rate = { model: 'sonnet', provider: 'anthropic' } as Parameters<typeof listedName>[0];
    expect([listedName(rate), listedName({ ...rate, provider: '' })]).toEqual(['anthropic/sonnet', 'sonnet']);
  });
  it('says what it did', () => {
    const done = { calls: 12, changed: 10, sessions: 1, before_usd: 0, after_usd: 1.5 };
    expect(repricedWords('acme-1', done)).toBe('10 calls of acme-1 in 1 session priced anew: $0.00 before, $1.50 now.');
    expect(repricedWords('acme-1', { ...done, changed: 0 })).toBe('Kept. 12 calls of acme-1 were looked at, and none changed.');
    expect(repricedWords('acme-1', { ...done, calls: 0, changed: 0 })).toBe('Kept. There are no calls of acme-1 yet; new ones are priced by it.');
  });
  it('says N/A where nothing had a price before', () => {
    const done = { calls: 1, changed: 1, sessions: 1, before_usd: null, after_usd: 0.02 };
    expect(repricedWords('acme-1', done)).toContain('N/A before, $0.020 now.');
  });
});
