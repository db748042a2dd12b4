/** What a tool was called with, for people: one line of it, and its fields. */
import type { Todo } from '../../../api/schema.d.ts';
import { some } from '../../../lib/format.ts';

export interface Field {
  name: string;
  text: string;
  /** The language of its text, where that is known. */
  language: string;
}

const TELLING = [
  'command', 'cmd', 'pattern', 'file_path', 'path', 'notebook_path', 'query', 'url', 'description', 'subject', 'prompt',
  'skill', 'name', 'taskId', 'task_id',
];
const IN_DIFFS = new Set(['old_string', 'new_string', 'content', 'edits', 'patch', 'input', 'new_source']);
const CHANGING = new Set(['edit', 'write', 'multiedit', 'notebookedit', 'apply_patch']);
const LONGEST_LINE = 300;

/** Say in one line what a tool was asked: its command, path or pattern, or all of it. */
export function oneLine(input: string): string {
  const value = parse(input);
  if (value === undefined) return inLine(firstString(input) ?? input);
  if (!isObject(value)) return inLine(typeof value === 'string' ? value : input);
  const words = TELLING.map((name) => spelled(value[name])).find(Boolean);
  const where = value['pattern'] && value['path'] ? ` in ${spelled(value['path'])}` : '';
  if (words) return inLine(words + where);
  return inLine(Object.keys(value).length ? Object.entries(value).map(([name, one]) => `${name}: ${spelled(one)}`).join(', ') : '');
}

/** Say in one line how a list of tasks stands. */
export function tasksLine(todos: readonly Pick<Todo, 'state'>[]): string {
  const of = (state: Todo['state']): number => todos.filter((todo) => todo.state === state).length;
  const parts = [[of('done'), 'done'], [of('active'), 'in progress'], [of('pending'), 'to do']] as const;
  return [some(todos.length, 'task'), ...parts.filter(([number]) => number).map(([number, words]) => `${number} ${words}`)].join(', ');
}

/** The fields of a tool's input. Those that a diff shows already are left out where `changes` is set. */
export function fieldsOf(input: string, tool: string, changes = false): Field[] {
  const value = parse(input);
  if (!isObject(value)) return input ? [{ name: '', text: input, language: '' }] : [];
  const skips = changes && CHANGING.has(tool.toLowerCase());
  return Object.entries(value)
    .filter(([name]) => !skips || !IN_DIFFS.has(name))
    .map(([name, one]) => ({
      name,
      text: typeof one === 'string' ? one : JSON.stringify(one, null, 2),
      language: name === 'command' || name === 'cmd' ? 'bash' : typeof one === 'object' ? 'json' : '',
    }));
}

function spelled(value: unknown): string {
  if (Array.isArray(value) && value.every((one) => typeof one === 'string')) return value.join(' ');
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}

function inLine(text: string): string {
  return text.slice(0, LONGEST_LINE).replace(/\s+/g, ' ').trim();
}

/** Of JSON that was cut off, the first value that is a text. */
function firstString(input: string): string | null {
  return /:\s*"((?:[^"\\]|\\.){1,300})/.exec(input)?.[1]?.replace(/\\n/g, ' ').replace(/\\(.)/g, '$1') ?? null;
}

function parse(input: string): unknown {
  try {
    return JSON.parse(input) as unknown;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
