import type { DefaultLabelFormatterCallbackParams } from 'echarts';
import { expect, it } from 'vitest';
import { partsOf } from './tip.ts';

const one = (seriesName: string, value: number | null): DefaultLabelFormatterCallbackParams =>
  ({ seriesName, value, color: '#123456' }) as unknown as DefaultLabelFormatterCallbackParams;

it('names the parts that are there, the largest first', () => {
  expect(partsOf([one('a', 1), one('b', 0), one('c', 3), one('d', null)]).map((part) => [part.name, part.value])).toEqual([
    ['c', 3],
    ['a', 1],
  ]);
});
