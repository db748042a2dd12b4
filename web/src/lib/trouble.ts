/**
 * One failure told once: where a page's head says that something failed, the parts below it that failed by the same stay
 * silent, and are tried again together with it.
 */
import { getContext, setContext } from 'svelte';
import type { ApiError } from '../api/client.ts';

const KEY = Symbol('trouble');

class PageTrouble {
  #others = new Set<() => void>();
  #lead: () => ApiError | undefined;

  constructor(lead: () => ApiError | undefined) {
    this.#lead = lead;
  }

  /** Say whether the head of the page tells the same failure. */
  isTold(error: ApiError): boolean {
    return this.#lead()?.message === error.message;
  }

  /** Be tried again with the head; the answer lets go of it. */
  join(retry: () => void): () => void {
    this.#others.add(retry);
    return () => this.#others.delete(retry);
  }

  retryOthers(): void {
    for (const retry of this.#others) retry();
  }
}

/** Let the head of the page that begins here speak for all its parts. */
export function leadTrouble(error: () => ApiError | undefined): void {
  setContext(KEY, new PageTrouble(error));
}

/** What speaks for the page that this is on, if anything does. */
export function pageTrouble(): PageTrouble | undefined {
  return getContext<PageTrouble | undefined>(KEY);
}
