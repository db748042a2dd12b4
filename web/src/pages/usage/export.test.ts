import { describe, expect, it } from 'vitest';
import { exportFiles } from './export.ts';

describe('the files of usage', () => {
  it('keep the filters and the range', () => {
    expect(exportFiles({ range: '7d', model: ['opus', 'gpt 5'] }, [['day,model', 'By day and model']])).toEqual([
      { title: 'By day and model, CSV', href: '/api/export/usage?range=7d&model=opus&model=gpt+5&by=day%2Cmodel&format=csv' },
      { title: 'By day and model, JSON', href: '/api/export/usage?range=7d&model=opus&model=gpt+5&by=day%2Cmodel&format=json' },
    ]);
  });
});
