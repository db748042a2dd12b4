import { describe, expect, it } from 'vitest';
import type { BreakdownRow } from '../../api/schema.d.ts';
import { filterOf, nameOf, partOf } from './parts.ts';

const row = (fields: Partial<BreakdownRow>): BreakdownRow => fields as BreakdownRow;

describe('a part of usage', () => {
  it('is of projects unless the URL says otherwise', () => {
    expect([partOf('tool'), partOf('session'), partOf(null)]).toEqual(['tool', 'project', 'project']);
  });

  it('has a short name, and says when it has none', () => {
    expect(nameOf(row({ project: '/home/ada/app' }), 'project')).toEqual({ short: 'app', whole: '/home/ada/app' });
    expect(nameOf(row({ branch: '' }), 'branch').short).toBe('(no branch)');
  });

  it('can be filtered by where it has a name and a filter', () => {
    expect(filterOf(row({ agent: 'codex' }), 'agent')).toEqual({ name: 'agent_type', value: 'codex' });
    expect(filterOf(row({ model: '(unknown model)' }), 'model')).toBeNull();
    expect(filterOf(row({ tool: 'Bash' }), 'tool')).toBeNull();
  });
});
