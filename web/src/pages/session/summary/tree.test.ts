import { expect, it } from 'vitest';
import type { SessionAnswer } from '../../../api/schema.d.ts';
import { treeOf } from './tree.ts';

const session = (session_id: string, parent_id: string, cost_usd: number | null = 1): SessionAnswer =>
  ({ session_id, parent_id, cost_usd, started_at: null }) as SessionAnswer;
const drawn = (subagents: SessionAnswer[]): string[] =>
  treeOf('root', subagents).map((leaf) => '-'.repeat(leaf.depth) + leaf.session.session_id);

it('puts each subagent below the one that began it, the dearest first', () => {
  expect(drawn([session('a', 'root'), session('b', 'root', 3), session('c', 'a'), session('d', 'b', null)])).toEqual(['-b', '--d', '-a', '--c']);
});

it('keeps one whose parent is unknown', () => {
  expect(drawn([session('a', 'gone')])).toEqual(['-a']);
});

it('ends where parents go in a circle', () => {
  expect(drawn([session('a', 'b'), session('b', 'a'), session('c', 'c')]).sort()).toEqual(['-a', '-b', '-c']);
});
