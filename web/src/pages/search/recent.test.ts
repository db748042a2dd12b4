import { describe, expect, it } from 'vitest';
import { after } from './recent.ts';

describe('searches that are remembered', () => {
  it('puts the latest first, once', () => {
    expect(after(['retry', 'migration'], 'migration')).toEqual(['migration', 'retry']);
  });
  it('lets go of what was only the beginning of a search', () => {
    expect(after(['rate l', 'retry'], 'rate limit')).toEqual(['rate limit', 'retry']);
  });
  it('keeps six', () => {
    expect(after(['1', '2', '3', '4', '5', '6'], 'seven')).toEqual(['seven', '1', '2', '3', '4', '5']);
  });
});
