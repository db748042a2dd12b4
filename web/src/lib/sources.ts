/** What the kinds of source are called, in the words of `dashcam audit`; which of them know no price of ours. */

/** The command that switches telemetry on, a second account of every session. */
export const SECOND_ACCOUNT = 'dashcam otel env';

const NAMES: Record<string, string> = {
  transcript: 'transcript',
  stream: 'stream',
  otlp_log: 'telemetry',
  hook: 'hooks',
  counter: 'counters',
  statusline: 'status line',
  own_total: 'agent’s own total',
};

/** Say in the middle of a sentence what a kind of source is called. */
export function sourceName(source: string): string {
  return NAMES[source] ?? source;
}

/** Whether what a source says of dollars is what the agent reckons, not our prices. */
export function isByTheAgent(source: string): boolean {
  return source === 'counter' || source === 'statusline' || source === 'own_total';
}
