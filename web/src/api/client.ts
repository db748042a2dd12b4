/**
 * The one way to the server: every request is typed by schema.d.ts, and every failure arrives as an `ApiError`.
 *
 * Write `answer(api.GET('/api/sessions', { params: { query }, signal }))`; nothing else in the app calls fetch.
 */
import createClient from 'openapi-fetch';
import { turnedAway } from './access.svelte.ts';
import type { paths } from './schema.d.ts';

/** The parameters that every listing takes: filters, range, order and paging. */
export type ListingQuery = NonNullable<paths['/api/sessions']['get']['parameters']['query']>;

const UNAUTHORIZED = 401;

export const api = createClient<paths>({ baseUrl: '' });

/** What went wrong with a request, in words for a person. `status` is 0 where the server could not be reached. */
export class ApiError extends Error {
  readonly status: number;
  readonly hint: string;
  /** What to ask for instead, where several things are meant. */
  readonly choices: readonly string[];

  constructor(message: string, hint: string, status: number, choices: readonly string[] = []) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.hint = hint;
    this.choices = choices;
  }
}

interface Reply<Data> {
  data?: Data;
  error?: unknown;
  response: Response;
}

/** Wait for a reply and give its data. Throws `ApiError`; an aborted request throws what the browser throws. */
export async function answer<Data>(request: Promise<Reply<Data>>): Promise<NonNullable<Data>> {
  let reply: Reply<Data>;
  try {
    reply = await request;
  } catch (thrown) {
    if (isAbort(thrown)) throw thrown;
    throw new ApiError('The dashcam server does not answer.', 'Start it with: dashcam serve', 0);
  }
  if (reply.response.status === UNAUTHORIZED) turnedAway();
  if (!reply.response.ok || reply.data === undefined || reply.data === null) {
    throw refused(reply.error, reply.response.status);
  }
  return reply.data;
}

/** Whether a request ended only because nobody waits for it any more. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof DOMException && thrown.name === 'AbortError';
}

/** Turn the server's words about a refused request into an error. */
export function refused(body: unknown, status: number): ApiError {
  const said = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const message = [said['error'], said['message'], said['detail']].find((words) => typeof words === 'string');
  const hint = typeof said['hint'] === 'string' ? said['hint'] : '';
  const choices = Array.isArray(said['choices']) ? said['choices'].map(String) : [];
  return new ApiError(String(message ?? `The server answered with status ${status}.`), hint, status, choices);
}
