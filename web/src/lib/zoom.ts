/**
 * What a click or a drag on a chart does: it sets the range, or adds a filter. Each is a step that Back takes back.
 */
import { including, readFilters, writeFilters, type FilterName, type Filters } from './filters.ts';
import { locale } from './locale.svelte.ts';
import { dateIn, iso, midnight } from './ranges.ts';
import { setQuery } from './route.svelte.ts';

/** Say a stretch of time as filters: by its dates where it is made of whole days, else by its two instants. */
export function spanFilters(since: number, until: number, zone: string): Partial<Filters> {
  const isOfDays = [since, until].every((at) => midnight(dateIn(at, zone), 0, zone) === at);
  if (!isOfDays) return { since: iso(since), until: iso(until) };
  return { range: `${dateIn(since, zone)}..${dateIn(until - 1, zone)}` };
}

/** Set the page's range to a stretch of time. */
export function zoom(query: URLSearchParams, since: number, until: number): void {
  setQuery(writeFilters(query, spanFilters(since, until, locale.zone)), { push: true });
}

/** Add a filter to the page. */
export function narrow(query: URLSearchParams, name: FilterName, value: string): void {
  setQuery(writeFilters(query, including(readFilters(query), name, value)), { push: true });
}
