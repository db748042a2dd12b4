/** What the page of the API asks: the server's own description of its routes. */
import { api, answer } from '../../api/client.ts';
import type { OpenApi } from './description.ts';

/** Load the OpenAPI document. It describes itself, so it is not among the typed routes. */
export function loadDescription(signal: AbortSignal): Promise<OpenApi> {
  const get = api.GET as unknown as (path: string, options: object) => Promise<{ data?: OpenApi; response: Response }>;
  return answer(get('/api/openapi.json', { signal }));
}
