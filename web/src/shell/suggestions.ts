/** What a filter could be set to: the projects, models or branches of the present range, the dearest first. */
import { apiQuery, NONE, type Filters } from '../lib/filters.ts';
import { projectName } from '../lib/format.ts';
import { loadUsage } from '../lib/usage.ts';

const MOST = 200;

/** Ask which values a field has; none where the server does not answer, since one can always be written. */
export async function suggestions(
  name: 'project' | 'model' | 'branch',
  filters: Filters,
): Promise<{ value: string; title: string }[]> {
  try {
    const usage = await loadUsage(apiQuery({ ...filters, ...NONE }), name);
    const values = usage.rows.map((row) => row[name] ?? '').filter(Boolean).slice(0, MOST);
    return values.map((value) => ({ value, title: name === 'project' ? `${projectName(value)}  ${value}` : value }));
  } catch (failed) {
    console.warn('dashcam: no suggestions', failed);
    return [];
  }
}
