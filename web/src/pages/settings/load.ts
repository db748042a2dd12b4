/** What the settings page asks, and what it changes. */
import { answer, api } from '../../api/client.ts';
import type {
  AgentListing,
  Alias,
  Begun,
  Chosen,
  Health,
  ModelListing,
  OwnPrices,
  PriceOverride,
  RateAnswer,
  RateListing,
  Repriced,
  StatusAnswer,
} from '../../api/schema.d.ts';
import { askStatus } from '../../lib/status.svelte.ts';

const MOST_LISTED = 40;

/** Load what the server says of itself. */
export function loadServer(signal: AbortSignal): Promise<StatusAnswer> {
  return askStatus(signal);
}

/** Load the agents: where their files were looked for, what was found, what they tell. */
export function loadAgents(signal: AbortSignal): Promise<AgentListing> {
  return answer(api.GET('/api/agents', { signal }));
}

/** Load the models in use with their prices; those without one come last. */
export function loadPrices(signal: AbortSignal): Promise<ModelListing> {
  return answer(api.GET('/api/prices', { signal }));
}

/** Load the person's own prices and aliases. */
export function loadOwn(signal: AbortSignal): Promise<OwnPrices> {
  return answer(api.GET('/api/prices/own', { signal }));
}

/** Load the dated rates of a model; where it has none the server says so by an error of status 404. */
export function loadRates(model: string, signal: AbortSignal): Promise<RateListing> {
  return answer(api.GET('/api/prices/model', { params: { query: { model } }, signal }));
}

/** Find models of the price list by a part of their name: those of the providers in use first, then all others. */
export async function findListed(part: string, signal: AbortSignal): Promise<RateAnswer[]> {
  const ask = (everything: boolean): Promise<RateListing> =>
    answer(api.GET('/api/prices/list', { params: { query: { part, everything, limit: MOST_LISTED } }, signal }));
  const [used, all] = await Promise.all([ask(false), ask(true)]);
  const providers = new Set(used.rows.map((rate) => rate.provider));
  return [...used.rows, ...all.rows.filter((rate) => !providers.has(rate.provider))];
}

/** Load the doctor's report. It looks at the whole database, so it takes a moment. */
export function loadHealth(signal: AbortSignal): Promise<Health> {
  return answer(api.GET('/api/doctor', { signal }));
}

/** Load the choices of the settings file. */
export function loadChosen(signal: AbortSignal): Promise<Chosen> {
  return answer(api.GET('/api/settings', { signal }));
}

/** Keep a choice; an empty value takes it back. */
export function choose(name: 'currency' | 'time_zone', value: string): Promise<Chosen> {
  return answer(api.POST('/api/settings', { body: { name, value } }));
}

/** Keep a price, and price the model's calls anew. */
export function setPrice(price: PriceOverride): Promise<Repriced> {
  return answer(api.POST('/api/prices/own', { body: price }));
}

/** Say which known model a name is, and price its calls anew. */
export function setAlias(alias: Alias): Promise<Repriced> {
  return answer(api.POST('/api/prices/aliases', { body: alias }));
}

/** Take back every price and alias of a model, and price its calls anew. */
export function unsetPrice(model: string): Promise<Repriced> {
  return answer(api.DELETE('/api/prices/own', { params: { query: { model } } }));
}

/** Begin to read what agents left; `full` looks into every file. */
export function scan(full: boolean): Promise<Begun> {
  return answer(api.POST('/api/scan', { body: { full } }));
}
