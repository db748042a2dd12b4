/** Subagents as a tree: each below the one that began it; one whose parent is not there stands at the top. */
import type { SessionAnswer } from '../../../api/schema.d.ts';
import { groupBy } from '../../../lib/group.ts';

export interface Leaf {
  session: SessionAnswer;
  depth: number;
}

/** List the subagents of a session in the order of their tree, the dearest first among neighbours. */
export function treeOf(root: string, subagents: readonly SessionAnswer[]): Leaf[] {
  const ids = new Set(subagents.map((one) => one.session_id));
  const below = groupBy(subagents, (one) => (ids.has(one.parent_id) && one.parent_id !== one.session_id ? one.parent_id : root));
  const leaves: Leaf[] = [];
  const seen = new Set<string>();
  const walk = (parent: string, depth: number): void => {
    for (const session of (below.get(parent) ?? []).toSorted(dearestFirst)) {
      if (seen.has(session.session_id)) continue;
      seen.add(session.session_id);
      leaves.push({ session, depth });
      walk(session.session_id, depth + 1);
    }
  };
  walk(root, 1);
  // A circle of parents hangs from nowhere.
  for (const session of subagents) if (!seen.has(session.session_id)) leaves.push({ session, depth: 1 });
  return leaves;
}

function dearestFirst(left: SessionAnswer, right: SessionAnswer): number {
  return (right.cost_usd ?? -1) - (left.cost_usd ?? -1) || (left.started_at ?? '').localeCompare(right.started_at ?? '');
}
