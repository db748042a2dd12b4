/** What can be done from every page: the rows of the command palette that are neither pages nor keys of one page. */
import { answer, api, ApiError } from '../api/client.ts';
import { apiQuery, queryWords, readFilters } from '../lib/filters.ts';
import type { Binding } from '../lib/keys.svelte.ts';
import { prefer, preferences } from '../lib/preferences.svelte.ts';
import { go, href, route } from '../lib/route.svelte.ts';
import { say, sayFailed } from '../lib/toasts.svelte.ts';
import { PARTS } from '../pages/settings/parts.ts';

/** The actions of every page. Reactive where a title says what it would change. */
export function actions(): Binding[] {
  return [...doing(), ...exports(), ...looks(), ...settings()];
}

function doing(): Binding[] {
  return [
    { title: 'Copy the link to this page', group: 'Actions', palette: true, run: () => void copyLink() },
    { title: 'Scan now', group: 'Actions', palette: true, run: () => void scan(false) },
    { title: 'Re-index everything', group: 'Actions', palette: true, run: () => void scan(true) },
  ];
}

function exports(): Binding[] {
  return (['csv', 'json'] as const).map((form) => ({
    title: `Export the sessions of these filters as ${form.toUpperCase()}`,
    group: 'Actions',
    palette: true,
    run: () => download(`/api/export/sessions?${exported(form)}`),
  }));
}

function looks(): Binding[] {
  const density = preferences.density === 'compact' ? 'comfortable' : 'compact';
  return [
    { title: 'Dark theme', group: 'Looks', palette: true, run: () => prefer({ theme: 'dark' }) },
    { title: 'Light theme', group: 'Looks', palette: true, run: () => prefer({ theme: 'light' }) },
    { title: 'Theme of the system', group: 'Looks', palette: true, run: () => prefer({ theme: 'system' }) },
    { title: density === 'comfortable' ? 'Comfortable rows' : 'Compact rows', group: 'Looks', palette: true, run: () => prefer({ density }) },
  ];
}

function settings(): Binding[] {
  return PARTS.map(({ name, title }) => ({
    title: `Settings: ${title}`,
    group: 'Settings',
    palette: true,
    run: () => go(href('settings', {}, new URLSearchParams({ part: name }))),
  }));
}

async function copyLink(): Promise<void> {
  try {
    await navigator.clipboard.writeText(location.href);
    say('The link is copied');
  } catch {
    sayFailed('The browser did not let dashcam copy. Copy the address by hand.');
  }
}

async function scan(full: boolean): Promise<void> {
  try {
    const { begun } = await answer(api.POST('/api/scan', { body: { full } }));
    say(begun ? `${full ? 'Re-indexing' : 'Scanning'} has begun` : 'Files are being read already');
  } catch (thrown) {
    sayFailed(thrown instanceof ApiError ? `${thrown.message} ${thrown.hint}` : 'The scan could not be begun.');
  }
}

function exported(form: string): URLSearchParams {
  const words = queryWords(apiQuery(readFilters(route.base.query)));
  words.set('format', form);
  return words;
}

function download(address: string): void {
  const link = document.createElement('a');
  link.href = address;
  link.download = '';
  link.click();
}
