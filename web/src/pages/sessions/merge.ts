/**
 * What live news makes of a list that somebody reads: rows change in place and never trade places.
 *
 * New rows stand where the server's order has them; sessions that no longer fit the filters leave.
 */
import type { Span } from '../../lib/ranges.ts';

interface Named {
  agent: string;
  session_id: string;
}

/** What tells a row from all others: an agent's ids are its own, and two agents may use the same one. */
export function keyOf(row: Named): string {
  return `${row.agent} ${row.session_id}`;
}

/** The id of the session that a key stands for. */
export function idOf(key: string): string {
  return key.slice(key.indexOf(' ') + 1);
}

/** Whether all of a session lies in a span, so that its whole figures are those of the span; null is all time. */
export function liesIn(row: { started_at: string | null; ended_at: string | null }, span: Span | null): boolean {
  if (!span) return true;
  if (row.started_at === null || row.ended_at === null) return false;
  return Date.parse(row.started_at) >= span.since && Date.parse(row.ended_at) <= span.until;
}

/** Put fresh rows in place of the old ones; those whose ids were asked for and that did not come are gone. */
export function renewed<Row extends Named>(rows: readonly Row[], fresh: readonly Row[], asked: ReadonlySet<string>): Row[] {
  const known = new Map(fresh.map((row) => [keyOf(row), row]));
  return rows.flatMap((row) => known.get(keyOf(row)) ?? (asked.has(row.session_id) ? [] : row));
}

/** Take in the rows of a fresh first page: known ones in place, new ones behind the row that they follow. */
export function withHead<Row extends Named>(rows: readonly Row[], head: readonly Row[]): { rows: Row[]; added: string[] } {
  const known = new Set(rows.map(keyOf));
  const first: Row[] = [];
  const behind = new Map<string, Row[]>();
  const added: string[] = [];
  let group = first;
  for (const row of head) {
    if (known.has(keyOf(row))) {
      group = [];
      behind.set(keyOf(row), group);
    } else {
      group.push(row);
      added.push(keyOf(row));
    }
  }
  const present = renewed(rows, head, new Set());
  return { rows: [...first, ...present.flatMap((row) => [row, ...(behind.get(keyOf(row)) ?? [])])], added };
}

/** Add the next page; a session that has moved from there to here meanwhile is shown once. */
export function withNext<Row extends Named>(rows: readonly Row[], page: readonly Row[]): Row[] {
  const known = new Set(rows.map(keyOf));
  return [...rows, ...page.filter((row) => !known.has(keyOf(row)))];
}
