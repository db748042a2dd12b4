/**
 * The small charts of the rows in sight, asked for together: rows that are scrolled past are not asked for at all.
 */
import { SvelteMap } from 'svelte/reactivity';
import { isAbort } from '../../api/client.ts';
import { loadSparks } from './load.ts';

const SETTLE = 80;
const AT_ONCE = 100;
const MOST_KEPT = 5000;

interface Kept {
  version: string;
  values: number[];
}
const kept = new SvelteMap<string, Kept>();
const wanted = new Map<string, string>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** The tokens of each slice of a session's time; undefined while they are not here. */
export function sparkOf(id: string): number[] | undefined {
  return kept.get(id)?.values;
}

/** Want a session's chart as of a version of its numbers. Gives back what takes the wish back. */
export function want(id: string, version: string): () => void {
  if (kept.get(id)?.version === version) return () => undefined;
  wanted.set(id, version);
  timer ??= setTimeout(() => void ask(), SETTLE);
  return () => wanted.delete(id);
}

async function ask(): Promise<void> {
  timer = undefined;
  const some = [...wanted].slice(0, AT_ONCE);
  for (const [id] of some) wanted.delete(id);
  if (some.length === 0) return;
  if (wanted.size) timer = setTimeout(() => void ask(), 0);
  try {
    const found = await loadSparks(some.map(([id]) => id));
    if (kept.size > MOST_KEPT) kept.clear();
    for (const [id, version] of some) kept.set(id, { version, values: found.sessions[id] ?? [] });
  } catch (thrown) {
    // A row without its small chart is still a row; the next change asks again.
    if (!isAbort(thrown)) console.info('dashcam: no small charts', thrown);
  }
}
