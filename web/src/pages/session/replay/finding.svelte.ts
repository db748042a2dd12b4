/** The hits of a search in one session, in the order of the conversation. */
import type { ApiError } from '../../../api/client.ts';
import type { HitAnswer } from '../../../api/schema.d.ts';
import { resource } from '../../../lib/resource.svelte.ts';
import type { Conversation } from './conversation.svelte.ts';
import { findIn, type Found } from './load.ts';

/** What is shown of a search. Hits that stand in what is not shown (context, hooks) have no position. */
export interface Finding {
  readonly hits: readonly Hit[];
  readonly more: boolean;
  readonly loading: boolean;
  readonly error: ApiError | undefined;
  /** Which hit the person is at; -1 for none. */
  place: number;
}

export interface Hit {
  event: string;
  position: number;
}

/** Where the hits of a search stand, in the order of the conversation. */
export function hitsOf(found: readonly Pick<HitAnswer, 'event_id'>[], positions: ReadonlyMap<string, number>): Hit[] {
  return found
    .map((hit) => ({ event: hit.event_id, position: positions.get(hit.event_id) ?? -1 }))
    .filter((hit) => hit.position >= 0)
    .sort((one, other) => one.position - other.position);
}

/** The hit to go to from a place in the conversation; it begins anew at the end. */
export function nextHit(hits: readonly Hit[], place: number, cursor: number, step: 1 | -1): number {
  if (!hits.length) return -1;
  if (place >= 0) return (place + step + hits.length) % hits.length;
  const found = step > 0 ? hits.findIndex((hit) => hit.position >= cursor) : hits.findLastIndex((hit) => hit.position <= cursor);
  return found >= 0 ? found : step > 0 ? 0 : hits.length - 1;
}

/** Search as the words change. Called while a component begins. */
export function finding(conversation: Conversation, words: () => string): Finding {
  const found = resource<{ words: string }, Found>(
    () => (words() ? { words: words() } : null),
    (key, signal) => findIn(conversation.session, key.words, signal),
  );
  const hits = $derived(words() && found.data ? hitsOf(found.data.hits, conversation.events.positions) : []);
  let place = $state(-1);
  $effect(() => {
    void found.data;
    place = -1;
  });
  return {
    get hits() {
      return hits;
    },
    get more() {
      return found.data?.more ?? false;
    },
    get loading() {
      return found.loading || found.stale;
    },
    get error() {
      return found.error;
    },
    get place() {
      return place;
    },
    set place(value: number) {
      place = value;
    },
  };
}
