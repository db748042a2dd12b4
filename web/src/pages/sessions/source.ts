/** Where the sessions of the table come from: what dashcam recorded, or a Prometheus server. It stands in the address. */
export type Source = 'recorded' | 'prometheus';

export const SOURCES: { value: Source; title: string; about: string }[] = [
  { value: 'recorded', title: 'Recorded', about: 'What dashcam recorded' },
  { value: 'prometheus', title: 'Prometheus', about: 'What a Prometheus server knows; increase() extrapolates' },
];

/** The source that an address names; the recorded sessions where it names none. */
export function sourceOf(query: URLSearchParams): Source {
  return query.get('source') === 'prometheus' ? 'prometheus' : 'recorded';
}
