/**
 * Which session comes next: the page that lists sessions offers its order, and a session opened over it walks along.
 */
let order = $state.raw<readonly string[]>([]);

/** Offer the ids of a listing in its order, until the function that is given back is called. */
export function offerOrder(ids: readonly string[]): () => void {
  order = ids;
  return () => {
    if (order === ids) order = [];
  };
}

/** The id some steps away in the listing below; null past its ends, or where there is none. */
export function neighbour(id: string, step: number): string | null {
  return beside(order, id, step);
}

/** The entry some steps from another one. */
export function beside(ids: readonly string[], id: string, step: number): string | null {
  const at = ids.indexOf(id);
  return at < 0 ? null : (ids[at + step] ?? null);
}
