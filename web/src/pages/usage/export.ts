/** The addresses that give usage as files, with the filters and the range of the page. */
import type { ListingQuery } from '../../api/client.ts';

export interface ExportFile {
  title: string;
  href: string;
}

const FORMS = { csv: 'CSV', json: 'JSON' } as const;

/** One file for each dimension and format. `dimensions` are the API's word and what it is called. */
export function exportFiles(query: ListingQuery, dimensions: readonly (readonly [string, string])[]): ExportFile[] {
  return dimensions.flatMap(([by, title]) =>
    Object.entries(FORMS).map(([form, name]) => {
      const words = parameters(query);
      words.set('by', by);
      words.set('format', form);
      return { title: `${title}, ${name}`, href: `/api/export/usage?${words}` };
    }),
  );
}

function parameters(query: ListingQuery): URLSearchParams {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) words.append(name, String(one));
    }
  }
  return words;
}
