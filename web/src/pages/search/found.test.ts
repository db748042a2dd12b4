import { describe, expect, it } from 'vitest';
import type { HitAnswer } from '../../api/schema.d.ts';
import { grouped, hasOpenQuote, nextLimit, pieces, readKinds, readLimit } from './found.ts';

function hit(session_id: string, event_id: string): HitAnswer {
  return { session_id, event_id, agent: 'codex', agent_name: '', project: '', title: '', at: null, kind: 'user', name: '', snippet: '', marks: [] };
}

describe('pieces', () => {
  it('cuts a snippet at its marks', () => {
    expect(pieces('a rate limit here', [[2, 6], [7, 12]])).toEqual([
      { text: 'a ', marked: false },
      { text: 'rate', marked: true },
      { text: ' ', marked: false },
      { text: 'limit', marked: true },
      { text: ' here', marked: false },
    ]);
  });
  it('counts an emoji as one character, as the server does', () => {
    expect(pieces('🚀🚀 ship it', [[3, 7]])).toEqual([
      { text: '🚀🚀 ', marked: false },
      { text: 'ship', marked: true },
      { text: ' it', marked: false },
    ]);
  });
  it('says every character once where marks overlap or lie outside', () => {
    expect(pieces('retry', [[3, 9], [0, 4], [1, 2]]).map(({ text }) => text).join('')).toBe('retry');
  });
  it('leaves a snippet without marks whole', () => {
    expect(pieces('plain', [])).toEqual([{ text: 'plain', marked: false }]);
    expect(pieces('', [])).toEqual([]);
  });
});

describe('grouped', () => {
  it('puts hits under their session, sessions in the order of their first hit', () => {
    const groups = grouped([hit('b', '1.0.0'), hit('a', '2.0.0'), hit('b', '1.4.0')]);
    expect(groups.map((group) => [group.session, group.hits.map((one) => one.event_id)])).toEqual([
      ['b', ['1.0.0', '1.4.0']],
      ['a', ['2.0.0']],
    ]);
  });
});

describe('what the address asks for', () => {
  it('knows the kinds and passes over other words', () => {
    expect(readKinds(new URLSearchParams('kind=error&kind=user&kind=nonsense'))).toEqual(['user', 'error']);
  });
  it('keeps the number of hits within what the server gives', () => {
    expect([undefined, '200', '9000', '-3', 'x'].map((limit) => readLimit(new URLSearchParams(limit ? { limit } : {})))).toEqual([50, 200, 500, 1, 50]);
    expect(nextLimit(400)).toBe(500);
  });
  it('sees a quote that was not closed', () => {
    expect(['"rate limit', '"rate limit" retry', 'plain'].map(hasOpenQuote)).toEqual([true, false, false]);
  });
});
