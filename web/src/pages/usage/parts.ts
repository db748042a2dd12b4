/** What usage can be taken apart by, and how a part of it is named. */
import { projectName } from '../../lib/format.ts';
import type { FilterName } from '../../lib/filters.ts';
import type { BreakdownRow } from '../../api/schema.d.ts';
import type { Part } from './load.ts';

export const PARTS: { name: Part; title: string; filter: FilterName | null; none: string }[] = [
  { name: 'project', title: 'Project', filter: 'project', none: '(no project)' },
  { name: 'model', title: 'Model', filter: 'model', none: '(unknown model)' },
  { name: 'agent', title: 'Agent', filter: 'agent_type', none: '(unknown agent)' },
  { name: 'branch', title: 'Branch', filter: 'branch', none: '(no branch)' },
  { name: 'tool', title: 'Tool', filter: null, none: '(no tool)' },
  { name: 'source', title: 'Source', filter: null, none: '(no source)' },
];

/** The part that the URL names; projects unless it names one. */
export function partOf(word: string | null): Part {
  return PARTS.find((part) => part.name === word)?.name ?? 'project';
}

/** What a row is called, and what it is in full. */
export function nameOf(row: BreakdownRow, part: Part): { short: string; whole: string } {
  const whole = row[part] ?? '';
  const none = PARTS.find((one) => one.name === part)?.none ?? '';
  return { short: (part === 'project' ? projectName(whole) : whole) || none, whole: whole || none };
}

/** The filter that selects what a row is of; null where there is none, as for what has no name. */
export function filterOf(row: BreakdownRow, part: Part): { name: FilterName; value: string } | null {
  const name = PARTS.find((one) => one.name === part)?.filter;
  const value = row[part] ?? '';
  return name && value && !value.startsWith('(') ? { name, value } : null;
}
