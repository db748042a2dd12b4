/** Instants as a clock on the wall of a zone shows them. To make what writes them costs far more than to write one. */
const writers = new Map<string, Intl.DateTimeFormat>();

/** Write an instant in a zone: 2026-11-21 09:30:00. */
export function wallClock(at: number, zone: string): string {
  let writer = writers.get(zone);
  if (!writer) {
    writer = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: zone });
    writers.set(zone, writer);
  }
  return writer.format(at);
}
