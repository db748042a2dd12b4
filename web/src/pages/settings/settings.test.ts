import { describe, expect, it } from 'vitest';
import { partOf } from './parts.ts';
import { reportText } from './report.ts';

describe('the settings page', () => {
  it('shows the part that the address names, else the agents', () => {
    expect(['part=prices', 'part=nonsense', ''].map((query) => partOf(new URLSearchParams(query)))).toEqual(['prices', 'agents', 'agents']);
  });
  it('writes the report as one would paste it', () => {
    const report = reportText([
      { topic: 'prices', level: 'warning', what: '5 calls have no price', examples: ['', 'acme-1'], next: 'Set one.' },
      { topic: 'database', level: 'ok', what: 'sound', examples: [], next: '' },
    ]);
    expect(report).toBe('warning  prices: 5 calls have no price\n    acme-1\n  -> Set one.\nok  database: sound');
  });
});
