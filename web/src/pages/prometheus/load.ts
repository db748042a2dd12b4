/** What is asked of the Prometheus server by way of ours, which server that is, and a look at another one. */
import { answer, api } from '../../api/client.ts';
import type { PrometheusChange, PrometheusChosen, PrometheusDetail, PrometheusFound, PrometheusSessions } from '../../api/schema.d.ts';
import type { RangeName } from './ranges.ts';

/** Load which server is set; its secrets are not told. */
export function loadChosen(signal: AbortSignal): Promise<PrometheusChosen> {
  return answer(api.GET('/api/prometheus/settings', { signal }));
}

/** Load the sessions of a range. `url` only makes another question of another server. */
export function loadListing(asked: { url: string; range: RangeName }, signal: AbortSignal): Promise<PrometheusSessions> {
  return answer(api.GET('/api/prometheus/sessions', { params: { query: { range: asked.range } }, signal }));
}

/** Load all that is known of one session in a range. */
export function loadDetail(asked: { url: string; range: RangeName; id: string }, signal: AbortSignal): Promise<PrometheusDetail> {
  const { id, range } = asked;
  return answer(api.GET('/api/prometheus/sessions/{session_id}', { params: { path: { session_id: id }, query: { range } }, signal }));
}

/** Load whether dashcam has recorded a session itself. It is a listing of one, since a missing session would be an error. */
export async function isRecorded(id: string, signal: AbortSignal): Promise<boolean> {
  const found = await answer(api.GET('/api/sessions', { params: { query: { session_id: [id], range: 'all', limit: 1 } }, signal }));
  return found.rows.length > 0;
}

/** Keep which server is asked; an empty url asks none. */
export function setServer(change: PrometheusChange): Promise<PrometheusChosen> {
  return answer(api.POST('/api/prometheus/settings', { body: change }));
}

/** Look whether a server answers, without keeping it. */
export function testServer(change: PrometheusChange, signal: AbortSignal): Promise<PrometheusFound> {
  return answer(api.POST('/api/prometheus/test', { body: { settings: change }, signal }));
}
