/**
 * The rows of the list beside a session: what is on record, with what was launched and has no row yet above it.
 *
 * A launch knows sooner than the record how its session stands, and so does the process of one that runs elsewhere.
 */
import type { Elsewhere, LaunchAnswer, SessionAnswer } from '../../../api/schema.d.ts';
import { firstWords } from '../../../launch/words.ts';

export interface AsideRow {
  id: string;
  /** Empty for a launch that does not know its session yet. */
  session: string;
  agent: string;
  status: string;
  title: string;
  /** When it began, in epoch milliseconds or as ISO; null where no time is known. */
  at: number | string | null;
  /** The command that takes up what runs elsewhere. */
  resume: string;
}

const OVER = new Set(['completed', 'failed', 'stopped']);

/** Make the rows, the newest first as the record has them. */
export function asideRows(
  sessions: readonly SessionAnswer[],
  launches: readonly LaunchAnswer[],
  elsewhere: readonly Elsewhere[],
): AsideRow[] {
  const known = new Set(sessions.map((one) => one.session_id));
  const latest = new Map<string, LaunchAnswer>();
  for (const one of launches) if (one.session_id && !latest.has(one.session_id)) latest.set(one.session_id, one);
  const away = new Map(elsewhere.map((one) => [one.session_id, one]));
  const begun = launches.filter((one) => !OVER.has(one.state) && !known.has(one.session_id)).map(ofLaunch);
  const strange = elsewhere.filter((one) => !known.has(one.session_id)).map(ofElsewhere);
  return [...begun, ...strange, ...sessions.map((one) => ofSession(one, latest.get(one.session_id), away.get(one.session_id)))];
}

function ofSession(row: SessionAnswer, launch: LaunchAnswer | undefined, away: Elsewhere | undefined): AsideRow {
  const status = launch && !OVER.has(launch.state) ? launch.state : away ? statusOf(away) : row.status;
  const title = row.title || (launch ? firstWords(launch.prompt) : '');
  return { id: row.session_id, session: row.session_id, agent: row.agent, status, title, at: row.started_at, resume: away?.resume ?? '' };
}

function ofLaunch(launch: LaunchAnswer): AsideRow {
  const { id, session_id: session, agent, state, prompt, created } = launch;
  return { id, session, agent, status: state, title: firstWords(prompt), at: created, resume: '' };
}

function ofElsewhere(away: Elsewhere): AsideRow {
  const { session_id: session, agent, directory, resume } = away;
  return { id: session, session: '', agent, status: statusOf(away), title: directory.split('/').at(-1) || session, at: null, resume };
}

function statusOf(away: Elsewhere): string {
  return away.busy === false ? 'waiting' : 'running';
}
