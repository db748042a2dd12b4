/**
 * Which colour stands for which model: the same one on every page and every day, whatever the ranking.
 *
 * A model prefers the colour that its name hashes to and takes the next free one where that is taken; the choice is
 * kept in this browser. Past eight models colours repeat, which is why a name always stands beside the colour.
 */
import { store, stored } from './preferences.svelte.ts';

const KEY = 'dashcam.model-colours';
const COLOURS = 8;
const slots: Record<string, number> = stored(KEY, {});

/** The CSS variable of a model's colour, such as `--model-3`. */
export function modelColour(model: string): string {
  const known = slots[model];
  if (known) return `--model-${known}`;
  const slot = freeSlot(model, new Set(Object.values(slots)));
  slots[model] = slot;
  store(KEY, slots);
  return `--model-${slot}`;
}

/** The slot that a new name takes, from 1 on. */
export function freeSlot(name: string, taken: Set<number>): number {
  const wanted = hash(name) % COLOURS;
  for (let step = 0; step < COLOURS; step++) {
    const slot = ((wanted + step) % COLOURS) + 1;
    if (!taken.has(slot)) return slot;
  }
  return wanted + 1;
}

function hash(text: string): number {
  let value = 2166136261;
  for (const sign of text) value = Math.imul(value ^ sign.codePointAt(0)!, 16777619);
  return value >>> 0;
}
