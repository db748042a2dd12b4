import { describe, expect, it } from 'vitest';
import { withToken } from './access.svelte.ts';

describe('withToken', () => {
  it('keeps the place that was wanted', () => {
    expect(withToken(new URL('http://mac.local:4747/sessions?range=7d'), ' a b&c ')).toBe('/sessions?range=7d&token=a+b%26c');
  });
  it('takes the place of a wrong token', () => {
    expect(withToken(new URL('http://mac.local:4747/?token=wrong'), 'right')).toBe('/?token=right');
  });
});
