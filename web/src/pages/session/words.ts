/** Words that only the page of a session writes. */
import { exactTime, UNKNOWN, type Instant, type Maybe } from '../../lib/format.ts';
import { locale } from '../../lib/locale.svelte.ts';

/** Write from when to when: the date once where it is one day, 2026-01-15 01:18 to 02:15. */
export function spanWords(since: Maybe<Instant>, until: Maybe<Instant>, zone: string = locale.zone): string {
  if (since == null || until == null) return UNKNOWN;
  const [first, last] = [exactTime(since, zone).slice(0, 16), exactTime(until, zone).slice(0, 16)];
  if (first === last) return first;
  return `${first} to ${first.slice(0, 10) === last.slice(0, 10) ? last.slice(11) : last}`;
}
