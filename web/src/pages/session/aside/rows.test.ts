import { expect, it } from 'vitest';
import type { Elsewhere, LaunchAnswer, SessionAnswer } from '../../../api/schema.d.ts';
import { asideRows } from './rows.ts';

const session = (id: string, more: Partial<SessionAnswer> = {}): SessionAnswer =>
  ({ session_id: id, agent: 'claude-code', status: 'completed', title: '', started_at: '2026-11-01T10:00:00Z', ...more }) as SessionAnswer;
const launch = (id: string, session_id: string, more: Partial<LaunchAnswer> = {}): LaunchAnswer =>
  ({ id, session_id, agent: 'claude-code', state: 'running', prompt: 'Count the stars', created: 5, asked: [], ...more }) as LaunchAnswer;
const away = (id: string, busy: boolean | null): Elsewhere => ({ agent: 'claude-code', session_id: id, pid: 7, directory: '/home/ada/shop', busy, resume: `claude --resume ${id}` });

it('a launch without a row stands above the record, by its prompt', () => {
  const rows = asideRows([session('a', { title: 'Old' })], [launch('l', '')], []);
  expect(rows.map((one) => [one.title, one.status, one.session])).toEqual([['Count the stars', 'running', ''], ['Old', 'completed', 'a']]);
});

it('a launch says how its session stands while it goes on, and no longer', () => {
  const waits = asideRows([session('a')], [launch('l', 'a', { state: 'waiting' })], []);
  const over = asideRows([session('a', { status: 'failed' })], [launch('l', 'a', { state: 'completed' })], []);
  expect([waits[0]!.status, waits.length, over[0]!.status, over.length]).toEqual(['waiting', 1, 'failed', 1]);
});

it('what runs elsewhere runs, and can be taken up', () => {
  const [known, strange] = [asideRows([session('a')], [], [away('a', true)]), asideRows([], [], [away('b', false)])];
  expect([known[0]!.status, known[0]!.resume]).toEqual(['running', 'claude --resume a']);
  expect([strange[0]!.status, strange[0]!.title, strange[0]!.session]).toEqual(['waiting', 'shop', '']);
});
