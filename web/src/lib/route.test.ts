import { describe, expect, it } from 'vitest';
import { href, placeOf } from './route.svelte.ts';

const place = (path: string) => placeOf(new URL(path, 'http://localhost'));

describe('addresses', () => {
  it('lead to pages', () => {
    expect(place('/').page).toBe('overview');
    expect(place('/sessions').page).toBe('sessions');
    expect(place('/sessions/').page).toBe('sessions');
    expect(place('/nowhere').page).toBeNull();
  });

  it('carry parameters of any letters', () => {
    const address = href('session', { id: 'a/b c:d?' });
    expect(address).toBe('/sessions/a%2Fb%20c%3Ad%3F');
    expect(place(address)).toMatchObject({ page: 'session', params: { id: 'a/b c:d?' } });
  });

  it('survive a wrong escape', () => {
    expect(place('/sessions/100%25%').params).toEqual({ id: '100%25%' });
  });

  it('hold the query', () => {
    expect(href('sessions', {}, new URLSearchParams({ model: 'opus' }))).toBe('/sessions?model=opus');
    expect(place('/sessions?model=opus').query.get('model')).toBe('opus');
  });
});
