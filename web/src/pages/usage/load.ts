/** What the usage page asks: usage taken apart, how cost grew, models side by side and on another model, the caches. */
import { answer, api, type ListingQuery } from '../../api/client.ts';
import type { AsModel, Breakdown, CacheEfficiency, ModelComparison, RateListing, Trend } from '../../api/schema.d.ts';

export type Part = 'project' | 'model' | 'agent' | 'branch' | 'tool' | 'source';

const MOST_PRICES = 5000;

/** Load usage taken apart by one thing, what cost most first. */
export function loadBreakdown(query: ListingQuery, by: Part, signal: AbortSignal): Promise<Breakdown> {
  return answer(api.GET('/api/usage/breakdown', { params: { query: { ...query, by } }, signal }));
}

/** Load how cost grew in the range and in the period before. */
export function loadTrend(query: ListingQuery, signal: AbortSignal): Promise<Trend> {
  return answer(api.GET('/api/trend', { params: { query }, signal }));
}

/** Load the models side by side. */
export function loadModels(query: ListingQuery, signal: AbortSignal): Promise<ModelComparison> {
  return answer(api.GET('/api/models', { params: { query }, signal }));
}

/** Load what the same work would have cost on another model. */
export function loadAsModel(query: ListingQuery, model: string, signal: AbortSignal): Promise<AsModel> {
  return answer(api.GET('/api/models/as', { params: { query: { ...query, as_model: model } }, signal }));
}

/** Load the models of the price list, of the providers that are in use. */
export function loadPriceList(signal: AbortSignal): Promise<RateListing> {
  return answer(api.GET('/api/prices/list', { params: { query: { limit: MOST_PRICES } }, signal }));
}

/** Load what the caches saved and cost. */
export function loadCaches(query: ListingQuery, signal: AbortSignal): Promise<CacheEfficiency> {
  return answer(api.GET('/api/cache', { params: { query }, signal }));
}
