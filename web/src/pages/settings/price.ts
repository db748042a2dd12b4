/**
 * A price of one's own as a form holds it: words as they were written, so that 0.30 stays exactly that.
 *
 * Prices are in dollars per million tokens, whatever currency money is shown in.
 */
import type { PriceOverride, RateAnswer, Repriced } from '../../api/schema.d.ts';
import { money, some } from '../../lib/format.ts';

/** Which price a person wants to set; `as` says whether by numbers or as another name of a known model. */
export interface Wanted {
  model: string;
  provider: string;
  as: 'price' | 'alias';
  /** Whether any of its calls has a price, so that there are rates to be shown. */
  priced: boolean;
}

export type RateField = 'input' | 'output' | 'cache_read' | 'cache_write_5m' | 'cache_write_1h';

export const RATE_FIELDS: { name: RateField; title: string; required: boolean; example: string }[] = [
  { name: 'input', title: 'Input', required: true, example: '3.00' },
  { name: 'output', title: 'Output', required: true, example: '15.00' },
  { name: 'cache_read', title: 'Cache read', required: false, example: '' },
  { name: 'cache_write_5m', title: 'Cache write 5m', required: false, example: '' },
  { name: 'cache_write_1h', title: 'Cache write 1h', required: false, example: '' },
];

/** An empty price of a model. */
export function emptyPrice(wanted: Wanted): PriceOverride {
  return { model: wanted.model, provider: '', since: '', input: '', output: '', cache_read: '', cache_write_5m: '', cache_write_1h: '' };
}

/** A price with all its words trimmed. */
export function trimmed(price: PriceOverride): PriceOverride {
  return Object.fromEntries(Object.entries(price).map(([name, value]) => [name, value.trim()])) as unknown as PriceOverride;
}

/** How the price list names a model: PROVIDER/MODEL, which leaves no doubt. */
export function listedName(rate: RateAnswer): string {
  return rate.provider ? `${rate.provider}/${rate.model}` : rate.model;
}

/** What a new price did, in a sentence. */
export function repricedWords(model: string, done: Repriced): string {
  if (done.calls === 0) return `Kept. There are no calls of ${model} yet; new ones are priced by it.`;
  if (done.changed === 0) return `Kept. ${some(done.calls, 'call')} of ${model} ${done.calls === 1 ? 'was' : 'were'} looked at, and none changed.`;
  return `${some(done.changed, 'call')} of ${model} in ${some(done.sessions, 'session')} priced anew: ${money(done.before_usd)} before, ${money(done.after_usd)} now.`;
}
