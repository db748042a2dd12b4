/**
 * What a table is made of: columns as rows of a list, and the order in the API's words.
 *
 * A sort is `cost` or `-cost`. Numbers and times begin with the largest, words with A; the minus turns that around, so
 * it does not mean "descending".
 */
import type { Snippet } from 'svelte';

export interface Column<Row> {
  id: string;
  title: string;
  /** The title is only spoken: the column is too narrow for it. */
  spoken?: boolean | undefined;
  /** Stands quietly beside the title: tokens, $. */
  unit?: string | undefined;
  /** Said on hover of the header. */
  about?: string | undefined;
  /** How a cell is drawn; or `text`, for plain words. */
  cell?: Snippet<[Row]> | undefined;
  text?: ((row: Row) => string) | undefined;
  /** The sort key; a column without one cannot be sorted. */
  sort?: string | undefined;
  /** Ordered as words: begins with A. */
  words?: boolean | undefined;
  /** What `sortRows` compares; only for tables sorted in the browser. */
  value?: ((row: Row) => number | string | null) | undefined;
  align?: 'left' | 'right' | undefined;
  /** In pixels; a column without it shares what is left. */
  width?: number | undefined;
  /** The least width of a column without `width`. */
  least?: number | undefined;
  /** Left out where the table is narrower than this. */
  hideBelow?: number | undefined;
  /** The cell in the row of totals. */
  total?: Snippet | undefined;
}

/** The key of a sort, and whether its order is turned. */
export function readSort(sort: string): { key: string; turned: boolean } {
  return sort.startsWith('-') ? { key: sort.slice(1), turned: true } : { key: sort, turned: false };
}

/** What a click on a header makes of the sort. */
export function nextSort(sort: string, key: string): string {
  const present = readSort(sort);
  return present.key === key && !present.turned ? `-${key}` : key;
}

/** The order of a column as aria-sort says it. */
export function ariaSort<Row>(column: Column<Row>, sort: string): 'ascending' | 'descending' | 'none' | undefined {
  if (!column.sort) return undefined;
  const { key, turned } = readSort(sort);
  if (key !== column.sort) return 'none';
  return Boolean(column.words) !== turned ? 'ascending' : 'descending';
}

/** Sort rows in the browser by a column's `value`; what is unknown comes last either way. */
export function sortRows<Row>(rows: readonly Row[], columns: Column<Row>[], sort: string): Row[] {
  const column = columns.find((one) => one.sort === readSort(sort).key);
  const value = column?.value;
  if (!column || !value) return [...rows];
  const direction = ariaSort(column, sort) === 'ascending' ? 1 : -1;
  return [...rows].sort((left, right) => compare(value(left), value(right), direction));
}

function compare(left: number | string | null, right: number | string | null, direction: number): number {
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  if (typeof left === 'string' && typeof right === 'string') return direction * left.localeCompare(right);
  return direction * (left < right ? -1 : 1);
}

/** Which rows are drawn: those in sight and some around them. `last` is exclusive. */
export function rowsInSight(top: number, height: number, row: number, count: number): { first: number; last: number } {
  const around = 8;
  const first = Math.max(0, Math.floor(top / row) - around);
  return { first, last: Math.min(count, Math.ceil((top + height) / row) + around) };
}
