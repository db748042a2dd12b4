import { expect, it } from 'vitest';
import { answer, ApiError, refused } from './client.ts';

it('a refused request says what happened and what to do', () => {
  const error = refused({ status: 400, error: "'9x' is no range", hint: 'Use 1h or 7d.' }, 400);
  expect([error.message, error.hint, error.status]).toEqual(["'9x' is no range", 'Use 1h or 7d.', 400]);
});

it('an answer that is no JSON still has words', () => {
  expect(refused('<html>', 502).message).toBe('The server answered with status 502.');
});

it('a server that is not there is told from one that refuses', async () => {
  await expect(answer(Promise.reject(new TypeError('Failed to fetch')))).rejects.toMatchObject({ status: 0 });
  await expect(answer(Promise.resolve({ error: {}, response: new Response('', { status: 404 }) }))).rejects.toBeInstanceOf(ApiError);
});
