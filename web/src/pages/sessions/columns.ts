/** The columns of the table of sessions, in the words of the API's sort keys. */
import type { Snippet } from 'svelte';
import type { SessionAnswer } from '../../api/schema.d.ts';
import type { Column } from '../../lib/table.ts';

type Cell = Snippet<[SessionAnswer]>;
type CellName = 'title' | 'project' | 'agent' | 'model' | 'state' | 'started' | 'lasted' | 'trend' | 'tokens' | 'cost' | 'source';

/** Make the columns of their cells; the narrower the table, the fewer of them. */
export function columnsOf(
  cells: Record<CellName, Cell>,
  totals: Record<'title' | 'tokens' | 'cost', Snippet>,
): Column<SessionAnswer>[] {
  return [
    { id: 'title', title: 'Title', cell: cells.title, sort: 'title', words: true, least: 142, total: totals.title },
    { id: 'project', title: 'Project', cell: cells.project, sort: 'project', words: true, width: 104, hideBelow: 912 },
    { id: 'agent', title: 'Agent', cell: cells.agent, sort: 'agent', words: true, width: 124, hideBelow: 1124 },
    { id: 'model', title: 'Model', cell: cells.model, sort: 'model', words: true, width: 156, hideBelow: 808 },
    { id: 'status', title: 'Status', cell: cells.state, sort: 'status', words: true, width: 104, hideBelow: 564 },
    { id: 'started', title: 'Started', cell: cells.started, sort: 'started', align: 'right', width: 108 },
    { id: 'duration', title: 'Duration', cell: cells.lasted, sort: 'duration', align: 'right', width: 92, hideBelow: 1004 },
    { id: 'trend', title: 'Over time', about: 'Tokens from its first event to its last', cell: cells.trend, width: 88, hideBelow: 652 },
    { id: 'tokens', title: 'Tokens', cell: cells.tokens, sort: 'tokens', align: 'right', width: 76, hideBelow: 460, total: totals.tokens },
    { id: 'cost', title: 'Cost', cell: cells.cost, sort: 'cost', align: 'right', width: 92, total: totals.cost },
    { id: 'source', title: 'Source', about: 'Where the numbers come from', cell: cells.source, sort: 'source', words: true, width: 88, hideBelow: 1208 },
  ];
}
