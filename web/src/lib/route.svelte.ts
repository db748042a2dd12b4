/**
 * Where the person is: the page, its parameters and its query, all of it from the address.
 *
 * A page may lie over another one (a session over the table that it was opened from): then the address is that of the
 * upper page, and the history entry remembers the lower one in `under`, so that a reload shows both again.
 */
export const PATTERNS = {
  overview: '/',
  live: '/live',
  sessions: '/sessions',
  session: '/sessions/:id',
  prometheus: '/prometheus/:id',
  usage: '/usage',
  projects: '/projects',
  project: '/projects/:id',
  models: '/models',
  search: '/search',
  settings: '/settings',
  docs: '/docs',
} as const;

export type PageName = keyof typeof PATTERNS;
/** Pages whose address needs nothing but their name. */
export type PlainPage = Exclude<PageName, 'session' | 'prometheus' | 'project'>;
type Names<Pattern extends string> = Pattern extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<Rest>
  : Pattern extends `${string}:${infer Name}`
    ? Name
    : never;
export type Params<Name extends PageName> = Record<Names<(typeof PATTERNS)[Name]>, string>;

/** What every page is given. */
export interface PageProps<Name extends PageName> {
  params: Params<Name>;
  query: URLSearchParams;
  /** True where the page lies over another one, in a dialog. */
  over?: boolean;
}

export interface Place {
  /** null for an address that no page has. */
  page: PageName | null;
  params: Record<string, string>;
  query: URLSearchParams;
}

interface Entry {
  under?: string;
}

let url = $state.raw(new URL(typeof location === 'undefined' ? 'http://localhost/' : location.href));
let under = $state.raw<URL | null>(null);
const place = $derived(placeOf(url));
const lower = $derived(under ? placeOf(under) : null);

export const route = {
  get url(): URL {
    return url;
  },
  /** The page that the address names. */
  get place(): Place {
    return place;
  },
  /** The page below, where the addressed one lies over it. */
  get under(): Place | null {
    return lower;
  },
  /** The page that fills the window: the one below, or the only one. */
  get base(): Place {
    return lower ?? place;
  },
};

/** Find the page of an address. */
export function placeOf(address: URL): Place {
  const parts = split(address.pathname);
  for (const [page, pattern] of Object.entries(PATTERNS) as [PageName, string][]) {
    const params = match(split(pattern), parts);
    if (params) return { page, params, query: address.searchParams };
  }
  return { page: null, params: {}, query: address.searchParams };
}

/** The address of a page. */
export function href<Name extends PageName>(
  page: Name,
  ...[params, query]: keyof Params<Name> extends never
    ? [params?: Record<string, never>, query?: URLSearchParams | undefined]
    : [params: Params<Name>, query?: URLSearchParams | undefined]
): string {
  const given: Record<string, string> = params ?? {};
  const path = PATTERNS[page].replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(given[name] ?? ''));
  const words = query?.toString();
  return words ? `${path}?${words}` : path;
}

/** Go to an address of this app; `over` keeps the present page below it. */
export function go(address: string, options: { replace?: boolean; over?: boolean } = {}): void {
  const entry: Entry = {};
  if (options.over) entry.under = (under ?? url).href;
  const next = new URL(address, location.origin);
  const samePage = next.pathname === url.pathname;
  if (options.replace) history.replaceState(entry, '', next);
  else history.pushState(entry, '', next);
  read();
  if (!options.over && !samePage) window.scrollTo(0, 0);
}

/** Change the query of the present page; the page stays, and so does what lies below it. */
export function setQuery(query: URLSearchParams, options: { push?: boolean } = {}): void {
  const next = new URL(url);
  next.search = query.toString();
  if (next.href === url.href) return;
  const entry: Entry = { ...(history.state as Entry | null) };
  if (options.push) history.pushState(entry, '', next);
  else history.replaceState(entry, '', next);
  read();
}

/** Change some words of the query: null takes one away. */
export function changeQuery(changes: Record<string, string | null>, options: { push?: boolean } = {}): void {
  const query = new URLSearchParams(url.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === '') query.delete(name);
    else query.set(name, value);
  }
  setQuery(query, options);
}

/** Close the page that lies over another one. Going back would skip what was walked through up there, so it replaces. */
export function closeOver(): void {
  if (under) go(under.pathname + under.search, { replace: true });
}

/** Begin to follow the address and every click on a link of ours; called once, by the app. */
export function follow(): void {
  read();
  window.addEventListener('popstate', read);
  document.addEventListener('click', onClick);
}

/** Links of ours change the page without loading it anew; `data-over` opens them over the present one. */
function onClick(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = event.target instanceof Element ? event.target.closest('a') : null;
  if (!link || link.target || link.hasAttribute('download') || link.origin !== location.origin) return;
  if (link.pathname.startsWith('/api/') || link.pathname.startsWith('/assets/')) return;
  if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
  event.preventDefault();
  go(link.pathname + link.search + link.hash, { over: 'over' in link.dataset });
}

function read(): void {
  const below = (history.state as Entry | null)?.under;
  url = new URL(location.href);
  if (below !== under?.href) under = below ? new URL(below) : null;
}

function split(path: string): string[] {
  return path.split('/').filter(Boolean);
}

function match(pattern: string[], parts: string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, word] of pattern.entries()) {
    const part = parts[index]!;
    if (word.startsWith(':')) params[word.slice(1)] = decode(part);
    else if (word !== part) return null;
  }
  return params;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
