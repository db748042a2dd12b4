/** The rows of the command palette: which match what was written, and in which order. */
import type { ProjectAnswer, SessionAnswer } from '../api/schema.d.ts';
import { ago, money, some } from '../lib/format.ts';
import { keyWords, type Binding } from '../lib/keys.svelte.ts';

export interface Entry {
  id: string;
  title: string;
  group: string;
  hint: string;
  /** Whose sign stands before it. */
  agent?: string;
  run: () => void;
}

/** Actions and pages that hold every word, those that begin with the text first; none twice. */
export function actionEntries(bindings: readonly Binding[], text: string): Entry[] {
  const seen = new Set<string>();
  const found = bindings.filter(({ palette, title }) => palette && matches(title, text) && !seen.has(title) && seen.add(title));
  const start = text.trim().toLowerCase();
  const rank = (title: string): number => (start && wordsOf(title).some((word) => word.startsWith(start)) ? 0 : 1);
  return found
    .toSorted((left, right) => rank(left.title) - rank(right.title))
    .map((binding) => ({
      id: `action ${binding.title}`,
      title: binding.title,
      group: binding.group,
      hint: binding.keys?.[0] ? keyWords(binding.keys[0]) : '',
      run: () => binding.run(),
    }));
}

/** Entries with each group in one piece, in the order in which groups are first seen. */
export function byGroup(entries: readonly Entry[]): Entry[] {
  const order = [...new Set(entries.map(({ group }) => group))];
  return order.flatMap((group) => entries.filter((entry) => entry.group === group));
}

/** Sessions as entries. */
export function sessionEntries(sessions: readonly SessionAnswer[], group: string, open: (id: string) => void): Entry[] {
  return sessions.map((session) => ({
    id: `session ${session.session_id}`,
    title: session.title || session.session_id,
    group,
    agent: session.agent,
    hint: `${money(session.cost_usd)}  ${ago(session.ended_at ?? session.started_at)}`,
    run: () => open(session.session_id),
  }));
}

/** Projects as entries. */
export function projectEntries(projects: readonly ProjectAnswer[], open: (id: string) => void): Entry[] {
  return projects
    .filter(({ name }) => name)
    .map((project) => ({
      id: `project ${project.project_id}`,
      title: project.name,
      group: 'Projects',
      hint: `${parentOf(project.project ?? '')}  ${some(project.sessions, 'session')}  ${money(project.cost_usd)}`.trim(),
      run: () => open(project.project_id),
    }));
}

/** Whether a title holds every word of a text. */
export function matches(title: string, text: string): boolean {
  const lower = title.toLowerCase();
  return text.toLowerCase().split(/\s+/).every((word) => lower.includes(word));
}

/** The two folders that a project is in: many are called the same. */
export function parentOf(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).slice(-3, -1).join('/');
}

function wordsOf(title: string): string[] {
  return title.toLowerCase().split(/\s+/);
}
