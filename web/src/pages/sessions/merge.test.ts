import { describe, expect, it } from 'vitest';
import { idOf, keyOf, liesIn, renewed, withHead, withNext } from './merge.ts';

const row = (session_id: string, cost = 1, agent = 'codex') => ({ agent, session_id, cost });
const names = (rows: { session_id: string }[]) => rows.map((one) => one.session_id).join('');

describe('rows that changed', () => {
  it('keep their place, whatever their new numbers', () => {
    const rows = renewed([row('a'), row('b'), row('c')], [row('c', 9)], new Set(['c']));
    expect(rows).toEqual([row('a'), row('b'), row('c', 9)]);
  });

  it('leave when the server no longer lists them', () => {
    expect(names(renewed([row('a'), row('b'), row('c')], [row('a')], new Set(['a', 'b'])))).toBe('ac');
  });
});

describe('a fresh first page', () => {
  it('puts new rows on top of those that they come before', () => {
    const { rows, added } = withHead([row('b'), row('c')], [row('n'), row('m'), row('b')]);
    expect(names(rows)).toBe('nmbc');
    expect(added).toEqual(['codex n', 'codex m']);
  });

  it('puts a new row behind the one that it follows', () => {
    expect(names(withHead([row('a'), row('b')], [row('a'), row('n'), row('b')]).rows)).toBe('anb');
  });

  it('leaves the order as it is read', () => {
    const { rows, added } = withHead([row('a'), row('b')], [row('b', 9), row('a')]);
    expect(rows).toEqual([row('a'), row('b', 9)]);
    expect(added).toEqual([]);
  });

  it('fills an empty list', () => {
    expect(names(withHead([], [row('a'), row('b')]).rows)).toBe('ab');
  });
});

describe('the next page', () => {
  it('shows no session twice', () => {
    expect(names(withNext([row('a'), row('b')], [row('b'), row('c')]))).toBe('abc');
  });
});

describe('the key of a row', () => {
  it('tells two agents with one id apart', () => {
    expect(keyOf(row('a b'))).not.toBe(keyOf(row('a b', 1, 'claude-code')));
    expect(idOf(keyOf(row('a b')))).toBe('a b');
    expect(names(withHead([row('a')], [row('a', 1, 'claude-code'), row('a')]).rows)).toBe('aa');
  });
});

describe('a session and a range', () => {
  const at = (day: number) => `2026-11-0${day}T12:00:00.000+00:00`;
  const span = { since: Date.parse('2026-11-02T00:00:00Z'), until: Date.parse('2026-11-04T00:00:00Z') };

  it('lies in it with all of its time, or not', () => {
    expect(liesIn({ started_at: at(2), ended_at: at(3) }, span)).toBe(true);
    expect(liesIn({ started_at: at(1), ended_at: at(3) }, span)).toBe(false);
    expect(liesIn({ started_at: at(3), ended_at: at(5) }, span)).toBe(false);
    expect(liesIn({ started_at: null, ended_at: null }, span)).toBe(false);
  });

  it('always lies in all time', () => {
    expect(liesIn({ started_at: at(1), ended_at: at(5) }, null)).toBe(true);
  });
});
