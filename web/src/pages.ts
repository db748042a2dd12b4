/**
 * The pages of the app: a row for each. A page's code is loaded when it is first opened.
 *
 * Each module's default export is a component that takes `PageProps` (lib/route.svelte.ts).
 */
import Live from '@lucide/svelte/icons/activity';
import Models from '@lucide/svelte/icons/boxes';
import Docs from '@lucide/svelte/icons/braces';
import Usage from '@lucide/svelte/icons/chart-column';
import Projects from '@lucide/svelte/icons/folder';
import Overview from '@lucide/svelte/icons/gauge';
import Sessions from '@lucide/svelte/icons/list';
import Search from '@lucide/svelte/icons/search';
import Settings from '@lucide/svelte/icons/settings';
import type { Component } from 'svelte';
import type { PageName, PlainPage } from './lib/route.svelte.ts';
import { sourceOf } from './pages/sessions/source.ts';

type PageModule = { default: Component<{ params: never; query: URLSearchParams; over?: boolean }> };

export interface PageRow {
  title: string;
  load: () => Promise<PageModule>;
  /** Its place in the navigation; a page without one is reached from another. */
  icon?: Component<{ size?: number }>;
  /** The key after `g` that goes there. */
  key?: string;
  /** Whether the bar of filters and time range is above it; a function says for which queries. */
  filtered?: boolean | ((query: URLSearchParams) => boolean);
  /** Below 720 px: whether it stands in the bar rather than under More. */
  onPhone?: boolean;
}

const page = (load: () => Promise<unknown>): PageRow['load'] => load as PageRow['load'];

export const PAGES: Record<PageName, PageRow> = {
  overview: { title: 'Overview', icon: Overview, key: 'o', filtered: true, onPhone: true, load: page(() => import('./pages/overview/Page.svelte')) },
  live: { title: 'Live', icon: Live, key: 'l', filtered: true, onPhone: true, load: page(() => import('./pages/live/Page.svelte')) },
  sessions: { title: 'Sessions', icon: Sessions, key: 's', filtered: (query) => sourceOf(query) === 'recorded', onPhone: true, load: page(() => import('./pages/sessions/Page.svelte')) },
  session: { title: 'Session', load: page(() => import('./pages/session/Page.svelte')) },
  prometheus: { title: 'Prometheus session', load: page(() => import('./pages/prometheus/Page.svelte')) },
  usage: { title: 'Usage', icon: Usage, key: 'u', filtered: true, onPhone: true, load: page(() => import('./pages/usage/Page.svelte')) },
  projects: { title: 'Projects', icon: Projects, key: 'p', filtered: true, load: page(() => import('./pages/projects/Page.svelte')) },
  project: { title: 'Project', filtered: true, load: page(() => import('./pages/project/Page.svelte')) },
  models: { title: 'Models', icon: Models, key: 'm', filtered: true, load: page(() => import('./pages/models/Page.svelte')) },
  search: { title: 'Search', icon: Search, key: 'f', filtered: true, onPhone: true, load: page(() => import('./pages/search/Page.svelte')) },
  settings: { title: 'Settings', icon: Settings, key: ',', load: page(() => import('./pages/settings/Page.svelte')) },
  docs: { title: 'API', icon: Docs, key: 'd', load: page(() => import('./pages/docs/Page.svelte')) },
};

/** The pages of the navigation, in its order. */
export const NAVIGATION = (Object.entries(PAGES) as [PlainPage, PageRow][]).filter(([, row]) => row.icon);
