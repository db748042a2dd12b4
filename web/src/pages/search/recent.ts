/** The latest searches that found something, kept in this browser alone. */
import { store, stored } from '../../lib/preferences.svelte.ts';

const KEY = 'dashcam.searches';
const MOST = 6;

/** The latest searches, the latest first. */
export function recent(): string[] {
  const kept = stored<unknown>(KEY, []);
  return Array.isArray(kept) ? kept.filter((one): one is string => typeof one === 'string').slice(0, MOST) : [];
}

/** Remember a search; one that goes on from the last takes its place. */
export function remember(text: string): void {
  const words = text.trim();
  if (words) store(KEY, after(recent(), words));
}

/** Forget them all. */
export function forget(): void {
  store(KEY, []);
}

/** The list once a search was added: what was only the beginning of it goes. */
export function after(before: readonly string[], words: string): string[] {
  return [words, ...before.filter((one) => !words.startsWith(one))].slice(0, MOST);
}
