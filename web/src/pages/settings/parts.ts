/** The parts of the settings page, in the words of their tabs. */
export const PARTS = [
  { name: 'agents', title: 'Agents' },
  { name: 'prices', title: 'Prices' },
  { name: 'display', title: 'Display' },
  { name: 'prometheus', title: 'Prometheus' },
  { name: 'data', title: 'Data' },
  { name: 'doctor', title: 'Doctor' },
] as const;

export type Part = (typeof PARTS)[number]['name'];

/** The part that an address names; the first where it names none. */
export function partOf(query: URLSearchParams): Part {
  const named = query.get('part');
  return PARTS.find(({ name }) => name === named)?.name ?? 'agents';
}
