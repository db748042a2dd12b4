import { expect, it } from 'vitest';
import { stateOf } from './confirmed.ts';

it.each([
  [0, 0, 'free'],
  [3, 0, 'alone'],
  [3, 0.5, 'told'],
])('says of %s sessions with %s dollars confirmed that it is %s', (sessions, confirmed_usd, state) => {
  expect(stateOf({ sessions, confirmed_usd, cost_usd: 1, confirmed_sessions: 0 })).toBe(state);
});
