/**
 * Filters: the page's URL, what the API is asked, and the chips on screen are three spellings of one object.
 *
 * The names are those of the CLI's options and the API's parameters; a value that the URL lacks is not sent, except the
 * range, which a page always says aloud.
 */
import type { ListingQuery } from '../api/client.ts';
import { exactTime } from './format.ts';
import { DEFAULT_RANGE, iso, midnight, rangeTitle, spanOf, type Span } from './ranges.ts';

export interface Filters {
  agent_type: string[];
  agent: string[];
  project: string[];
  model: string[];
  branch: string[];
  status: string[];
  active: boolean;
  range: string;
  since: string;
  until: string;
  text: string;
  min_cost: number | null;
  no_subagents: boolean;
}

export type ListName = 'agent_type' | 'agent' | 'project' | 'model' | 'branch' | 'status';
export type FilterName = keyof Filters;

/** The fields that a person can add as a chip, in the order of the menu. */
export const FIELDS: { name: ListName | 'text' | 'min_cost' | 'active' | 'no_subagents'; title: string }[] = [
  { name: 'agent_type', title: 'Agent' },
  { name: 'agent', title: 'Agent instance' },
  { name: 'project', title: 'Project' },
  { name: 'model', title: 'Model' },
  { name: 'branch', title: 'Branch' },
  { name: 'status', title: 'Status' },
  { name: 'text', title: 'Text' },
  { name: 'min_cost', title: 'Cost at least' },
  { name: 'active', title: 'Active only' },
  { name: 'no_subagents', title: 'Without subagents' },
];
export const STATUSES = ['running', 'waiting', 'completed', 'failed', 'stopped'] as const;

const LISTS: ListName[] = ['agent_type', 'agent', 'project', 'model', 'branch', 'status'];
const FLAGS = ['active', 'no_subagents'] as const;
const WORDS = ['since', 'until', 'text'] as const;

/** Read the filters that a URL's query holds. */
export function readFilters(query: URLSearchParams): Filters {
  const cost = Number.parseFloat(query.get('min_cost') ?? '');
  const since = query.get('since') ?? '';
  const until = query.get('until') ?? '';
  const listed = Object.fromEntries(LISTS.map((name) => [name, query.getAll(name).filter(Boolean)]));
  return {
    ...(listed as Pick<Filters, ListName>),
    active: query.get('active') === 'true',
    no_subagents: query.get('no_subagents') === 'true',
    range: since || until ? '' : query.get('range') || DEFAULT_RANGE,
    since,
    until,
    text: query.get('text') ?? '',
    min_cost: Number.isFinite(cost) ? cost : null,
  };
}

/** Write changed filters into a copy of a query; what the query holds beside them stays. */
export function writeFilters(query: URLSearchParams, changes: Partial<Filters>): URLSearchParams {
  const next = new URLSearchParams(query);
  const { range, ...others } = changes;
  if (range) {
    next.delete('since');
    next.delete('until');
    next.set('range', range);
  } else if (changes.since || changes.until) {
    next.delete('range');
  }
  for (const [name, value] of Object.entries(others)) {
    next.delete(name);
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== '' && one !== null && one !== undefined && one !== false) next.append(name, String(one));
    }
  }
  // The cursor belongs to the listing before the change.
  next.delete('after');
  return next;
}

/** The filters as the API takes them: only what is set. */
export function apiQuery(filters: Filters): ListingQuery {
  const query: ListingQuery = {};
  for (const name of LISTS) if (name !== 'status' && filters[name].length) query[name] = filters[name];
  const statuses = STATUSES.filter((status) => filters.status.includes(status));
  if (statuses.length) query.status = statuses;
  for (const name of FLAGS) if (filters[name]) query[name] = true;
  for (const name of WORDS) if (filters[name]) query[name] = filters[name];
  if (filters.range) query.range = filters.range;
  if (filters.min_cost !== null) query.min_cost = String(filters.min_cost);
  return query;
}

/** A listing's query as the words of an address, for what is downloaded rather than asked. */
export function queryWords(query: ListingQuery): URLSearchParams {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) if (one != null) words.append(name, String(one));
  }
  return words;
}

/** The part of a query that goes along from page to page: filters and range, not the page's own words. */
export function carried(query: URLSearchParams): URLSearchParams {
  const kept = new URLSearchParams();
  for (const name of [...LISTS, ...FLAGS, 'range', 'since', 'until', 'min_cost', 'tz', 'cost']) {
    for (const value of query.getAll(name)) kept.append(name, value);
  }
  return kept;
}

export interface Chip {
  name: FilterName;
  value: string;
  title: string;
}

/** One chip for each filter that is set; the range has a place of its own. */
export function chips(filters: Filters): Chip[] {
  return FIELDS.flatMap(({ name, title }): Chip[] => {
    const value = filters[name];
    if (Array.isArray(value)) return value.map((one) => ({ name, value: one, title }));
    if (typeof value === 'boolean') return value ? [{ name, value: '', title }] : [];
    return value === '' || value === null ? [] : [{ name, value: String(value), title }];
  });
}

/** The change that takes one chip away. */
export function without(filters: Filters, chip: Chip): Partial<Filters> {
  const value = filters[chip.name];
  if (Array.isArray(value)) return { [chip.name]: value.filter((one) => one !== chip.value) };
  return { [chip.name]: typeof value === 'boolean' ? false : chip.name === 'min_cost' ? null : '' };
}

/** The change that adds one value to a list, or sets what has only one. */
export function including(filters: Filters, name: FilterName, value: string): Partial<Filters> {
  const held = filters[name];
  if (Array.isArray(held)) return { [name]: held.includes(value) ? held : [...held, value] };
  if (typeof held === 'boolean') return { [name]: true };
  return { [name]: name === 'min_cost' ? Number.parseFloat(value) : value };
}

/** Take all filters away; the range stays. */
export const NONE: Partial<Filters> = {
  ...(Object.fromEntries(LISTS.map((name) => [name, []])) as Partial<Filters>),
  active: false,
  no_subagents: false,
  text: '',
  min_cost: null,
};

/** What the range of some filters is called. */
export function rangeWords(filters: Filters, zone?: string): string {
  if (filters.range) return rangeTitle(filters.range);
  const [since, until] = [filters.since, filters.until].map((at) => (isDate(at) ? at : exactTime(at, zone).slice(0, -3)));
  if (filters.since && filters.until) return `${since} to ${until}`;
  return filters.since ? `Since ${since}` : `Until ${until}`;
}

/** The instants of some filters' range; null for all time, or where the beginning is open. */
export function spanOfFilters(filters: Filters, now: number, zone: string): Span | null {
  if (filters.range) return spanOf(filters.range, now, zone);
  const since = isDate(filters.since) ? midnight(filters.since, 0, zone) : Date.parse(filters.since);
  const until = isDate(filters.until) ? midnight(filters.until, 1, zone) : Date.parse(filters.until || iso(now));
  return Number.isNaN(since) || Number.isNaN(until) ? null : { since, until };
}

function isDate(at: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(at);
}
