import { describe, expect, it } from 'vitest';
import { ariaSort, nextSort, rowsInSight, sortRows, type Column } from './table.ts';

interface Row {
  name: string;
  cost: number | null;
}
const columns: Column<Row>[] = [
  { id: 'name', title: 'Name', sort: 'name', words: true, value: (row) => row.name },
  { id: 'cost', title: 'Cost', sort: 'cost', value: (row) => row.cost },
  { id: 'plain', title: 'Plain' },
];
const rows: Row[] = [
  { name: 'b', cost: 1 },
  { name: 'a', cost: null },
  { name: 'c', cost: 3 },
];
const names = (sort: string): string => sortRows(rows, columns, sort).map((row) => row.name).join('');

describe('a sort', () => {
  it('begins with the largest number and with A, and a minus turns it', () => {
    expect(names('cost')).toBe('cba');
    expect(names('-cost')).toBe('bca');
    expect(names('name')).toBe('abc');
    expect(names('-name')).toBe('cba');
    expect(names('nothing')).toBe('bac');
  });

  it('is turned by a second click', () => {
    expect(nextSort('started', 'cost')).toBe('cost');
    expect(nextSort('cost', 'cost')).toBe('-cost');
    expect(nextSort('-cost', 'cost')).toBe('cost');
  });

  it('is told to those who cannot see the arrow', () => {
    expect(ariaSort(columns[1]!, 'cost')).toBe('descending');
    expect(ariaSort(columns[1]!, '-cost')).toBe('ascending');
    expect(ariaSort(columns[0]!, 'name')).toBe('ascending');
    expect(ariaSort(columns[0]!, 'cost')).toBe('none');
    expect(ariaSort(columns[2]!, 'cost')).toBeUndefined();
  });
});

describe('rows in sight', () => {
  it('are those on screen and eight around them', () => {
    expect(rowsInSight(3200, 320, 32, 50_000)).toEqual({ first: 92, last: 118 });
    expect(rowsInSight(0, 320, 32, 5)).toEqual({ first: 0, last: 5 });
  });
});
