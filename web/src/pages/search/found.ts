/**
 * What was found, made ready to be shown: hits under their sessions, snippets cut at their marks.
 *
 * Marks count characters as the server does, by code points; a string of the browser counts an emoji as two.
 */
import type { HitAnswer } from '../../api/schema.d.ts';
import type { Kind } from './load.ts';

/** The kinds of events, in the words of transcripts. */
export const KINDS: { kind: Kind; title: string }[] = [
  { kind: 'user', title: 'You' },
  { kind: 'assistant', title: 'Assistant' },
  { kind: 'thinking', title: 'Thinking' },
  { kind: 'tool_call', title: 'Tool call' },
  { kind: 'tool_result', title: 'Tool result' },
  { kind: 'error', title: 'Error' },
  { kind: 'system', title: 'Notice' },
  { kind: 'context', title: 'Context' },
  { kind: 'hook', title: 'Hook' },
];

export const FIRST_HITS = 50;
export const MOST_HITS = 500;

export interface Piece {
  text: string;
  marked: boolean;
}

/** The hits of one session, in the order in which they came. */
export interface Group {
  session: string;
  hits: HitAnswer[];
}

/** Cut a snippet at its marks; marks that overlap or lie outside do no harm. */
export function pieces(snippet: string, marks: readonly (readonly [number, number])[]): Piece[] {
  const signs = Array.from(snippet);
  const cut: Piece[] = [];
  let at = 0;
  const add = (until: number, marked: boolean): void => {
    if (until > at) cut.push({ text: signs.slice(at, until).join(''), marked });
    at = Math.max(at, until);
  };
  for (const [first, last] of [...marks].sort((left, right) => left[0] - right[0])) {
    add(Math.min(first, signs.length), false);
    add(Math.min(last, signs.length), true);
  }
  add(signs.length, false);
  return cut;
}

/** Put hits under their sessions: a session stands where its first hit came. */
export function grouped(hits: readonly HitAnswer[]): Group[] {
  const groups = new Map<string, Group>();
  for (const hit of hits) {
    const group = groups.get(hit.session_id);
    if (group) group.hits.push(hit);
    else groups.set(hit.session_id, { session: hit.session_id, hits: [hit] });
  }
  return [...groups.values()];
}

/** The kinds that a query asks for; words that are no kind are left out. */
export function readKinds(query: URLSearchParams): Kind[] {
  const asked = query.getAll('kind');
  return KINDS.filter(({ kind }) => asked.includes(kind)).map(({ kind }) => kind);
}

/** The number of hits that a query asks for. */
export function readLimit(query: URLSearchParams): number {
  const asked = Number.parseInt(query.get('limit') ?? '', 10);
  return Number.isFinite(asked) ? Math.min(MOST_HITS, Math.max(1, asked)) : FIRST_HITS;
}

/** What "show more" asks for. */
export function nextLimit(limit: number): number {
  return Math.min(MOST_HITS, limit * 2);
}

/** Whether a quote was opened and not closed, so that its words are searched for one by one. */
export function hasOpenQuote(text: string): boolean {
  return (text.match(/"/g)?.length ?? 0) % 2 === 1;
}
