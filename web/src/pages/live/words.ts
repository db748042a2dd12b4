/** What a row of the live page says, in words. */
import type { DoingAnswer, ErrorAnswer, NowAnswer, SubagentAnswer, ToolUse, WaitAnswer } from '../../api/schema.d.ts';
import { count, duration, exactDuration, millis, projectName, share, some, type Instant } from '../../lib/format.ts';

const HOUR = 3600;
/** What another clock may differ without being wrong. */
const DRIFT = 2000;

/** How far the server's clock is ahead of this browser's; nothing where they differ by no more than a request takes. */
export function aheadBy(serverNow: string, loadedAt: number): number {
  const ahead = (millis(serverNow) ?? loadedAt) - loadedAt;
  return Math.abs(ahead) > DRIFT ? ahead : 0;
}

/** Write how long something lasts, to the second within an hour: 3m 12s. */
export function lasting(since: Instant, now: number): string {
  const seconds = Math.max(0, (now - (millis(since) ?? now)) / 1000);
  return seconds < HOUR ? exactDuration(Math.floor(seconds)) : duration(seconds);
}

export const WAITS: Record<WaitAnswer['kind'], string> = {
  permission: 'Waiting for permission',
  answer: 'Waiting for an answer',
  input: 'Waiting for input',
};

/** Whether work stands still until its person does something. */
export function isUrgent(row: NowAnswer): boolean {
  return row.waiting_for !== null && row.waiting_for.kind !== 'input';
}

/** What is done, in a word or two. */
export function doingTitle(doing: DoingAnswer): string {
  return doing.tool || 'Model answers';
}

/** What failed, before its words. */
export function errorTitle(error: ErrorAnswer): string {
  if (error.kind === 'tool') return `${error.tool || 'Tool'} failed`;
  return error.kind === 'request' ? 'Request failed' : 'Error';
}

/** The subagents that run, by their types: 3 subagents: Explore, Explore, Plan. */
export function subagentsTitle(subagents: readonly SubagentAnswer[]): string {
  const types = subagents.map((one) => one.agent_type).filter(Boolean);
  const named = [...new Set(types)].map((type) => {
    const times = types.filter((one) => one === type).length;
    return times > 1 ? `${type} ×${times}` : type;
  });
  return some(subagents.length, 'subagent') + (named.length ? `: ${named.join(', ')}` : '');
}

/** What each subagent does, a line each. */
export function subagentLines(subagents: readonly SubagentAnswer[]): string {
  return subagents
    .map((one) => [one.agent_type || one.title || one.session_id, one.doing && doingTitle(one.doing), one.doing?.words].filter(Boolean).join(' · '))
    .join('\n');
}

/** How many wait and run, in words: 1 waits for you, 2 run. */
export function summary(waiting: number, running: number): string {
  const waits = waiting ? `${count(waiting)} ${waiting === 1 ? 'waits' : 'wait'} for you` : '';
  const runs = running ? `${count(running)} ${running === 1 ? 'runs' : 'run'}` : '';
  return [waits, runs].filter(Boolean).join(', ') || 'Nothing runs now';
}

/** What the calls of a row of tools are of: a tool's name, or a session's title. */
export function toolRowName(row: ToolUse): string {
  return row.tool ?? (row.title || (row.project && projectName(row.project)) || row.session_id || '');
}

/** Calls and how many of them failed: 818 calls, 10 failed (1%). */
export function callsAndFailures(row: ToolUse): string {
  const failed = row.failures === null ? '' : `, ${count(row.failures)} failed (${share(row.failure_rate, 1)})`;
  return some(row.calls, 'call') + failed;
}

/** Failures of all calls: 3 of 40 (8%); null where it is not known how they went. */
export function failuresOf(row: ToolUse): string {
  return row.failures === null ? 'N/A' : `${count(row.failures)} of ${count(row.calls)} (${share(row.failure_rate, 1)})`;
}
