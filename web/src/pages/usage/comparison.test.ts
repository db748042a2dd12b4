import { describe, expect, it } from 'vitest';
import type { AsModelRow, ModelFigures } from '../../api/schema.d.ts';
import { defaultOther, difference } from './comparison.ts';

const model = (name: string, cost_usd: number | null): ModelFigures => ({ model: name, cost_usd }) as ModelFigures;
const row = (cost_usd: number | null, as_model_cost_usd: number | null): AsModelRow => ({ cost_usd, as_model_cost_usd }) as AsModelRow;

describe('a comparison of models', () => {
  it('is with the second dearest one until another is chosen', () => {
    expect(defaultOther([model('a', 3), model('b', 2), model('mystery', null)])).toBe('b');
    expect(defaultOther([model('a', 3), model('mystery', null)])).toBe('a');
    expect(defaultOther([model('mystery', null)])).toBeNull();
  });

  it('has a difference where both costs are known', () => {
    expect([difference(row(2, 3)), difference(row(null, 3)), difference(row(2, null)), difference(undefined)]).toEqual([1, null, null, null]);
  });
});
