import { describe, expect, it } from 'vitest';
import type { SubagentAnswer, ToolUse } from '../../api/schema.d.ts';
import { aheadBy, callsAndFailures, errorTitle, failuresOf, lasting, subagentLines, subagentsTitle, summary, toolRowName } from './words.ts';

const AT = Date.UTC(2026, 10, 1, 12);

describe('how long something lasts', () => {
  it('is told to the second within an hour, coarser after it', () => {
    const since = new Date(AT).toISOString();
    expect([0, 12_900, 192_000, 3_900_000].map((later) => lasting(since, AT + later))).toEqual(['0s', '12s', '3m 12s', '1h 5m']);
  });

  it('never began in the future', () => {
    expect(lasting(new Date(AT + 5000).toISOString(), AT)).toBe('0s');
  });

  it('goes by the server’s clock where the two differ by more than a request takes', () => {
    expect(aheadBy(new Date(AT + 60_000).toISOString(), AT)).toBe(60_000);
    expect(aheadBy(new Date(AT - 900).toISOString(), AT)).toBe(0);
  });
});

describe('what goes on', () => {
  it('is summed up with who waits first', () => {
    expect(summary(1, 2)).toBe('1 waits for you, 2 run');
    expect(summary(0, 1)).toBe('1 runs');
    expect(summary(3, 0)).toBe('3 wait for you');
    expect(summary(0, 0)).toBe('Nothing runs now');
  });

  it('names failures by what failed', () => {
    const error = { words: 'no', at: '', tool: 'Bash' };
    expect(errorTitle({ ...error, kind: 'tool' })).toBe('Bash failed');
    expect(errorTitle({ ...error, kind: 'request', tool: '' })).toBe('Request failed');
    expect(errorTitle({ ...error, kind: 'agent', tool: '' })).toBe('Error');
  });

  it('counts subagents by their type', () => {
    const one = (agent_type: string): SubagentAnswer => ({ session_id: 's:a', title: '', agent_type, doing: null });
    expect(subagentsTitle([one('Explore'), one('Plan'), one('Explore')])).toBe('3 subagents: Explore ×2, Plan');
    expect(subagentsTitle([one('')])).toBe('1 subagent');
    const busy: SubagentAnswer = { ...one('Plan'), doing: { tool: 'Read', words: 'a.py', since: '', others: 0 } };
    expect(subagentLines([one(''), busy])).toBe('s:a\nPlan · Read · a.py');
  });
});

describe('a row of tools', () => {
  const row: ToolUse = { calls: 40, failures: 3, failure_rate: 0.075, timed: 40, p50_seconds: 1, p95_seconds: 2 };

  it('is named by its tool, or by its session', () => {
    expect(toolRowName({ ...row, tool: 'Bash' })).toBe('Bash');
    expect(toolRowName({ ...row, session_id: 's-1', title: 'Parser' })).toBe('Parser');
    expect(toolRowName({ ...row, session_id: 's-1', title: '', project: '/home/ada/app' })).toBe('app');
    expect(toolRowName({ ...row, session_id: 's-1', title: '', project: '' })).toBe('s-1');
  });

  it('tells failures as a part of all calls, and not where nobody knows', () => {
    expect(failuresOf(row)).toBe('3 of 40 (8%)');
    expect(callsAndFailures(row)).toBe('40 calls, 3 failed (8%)');
    const untold = { ...row, calls: 1, failures: null, failure_rate: null };
    expect([failuresOf(untold), callsAndFailures(untold)]).toEqual(['N/A', '1 call']);
  });
});
