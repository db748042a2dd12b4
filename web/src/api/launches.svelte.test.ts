import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { LaunchAnswer } from './schema.d.ts';
import type { Piece } from './writing.ts';

type Heard = (data: never) => void;
const heard = new Map<string, Heard>();
let opened = (): void => undefined;
let changed = (_: unknown): void => undefined;
const live = { connection: 'live' };
const asked: string[] = [];
let answers: Record<string, () => unknown> = {};

vi.mock('./live.svelte.ts', () => ({
  live: { get connection() { return live.connection; } },
  hear: (name: string, listener: Heard) => heard.set(name, listener),
  whenOpen: (opener: () => void) => (opened = opener),
  subscribe: (listener: typeof changed) => (changed = listener),
}));
vi.mock('./client.ts', async (original) => ({
  ...(await original<typeof import('./client.ts')>()),
  answer: (request: Promise<unknown>) => request,
  api: {
    GET: (path: string) => respond('GET', path),
    POST: (path: string) => respond('POST', path),
  },
}));

async function respond(method: string, path: string): Promise<unknown> {
  asked.push(`${method} ${path}`);
  const found = answers[`${method} ${path}`];
  return found ? found() : told();
}

const told = (more: Partial<LaunchAnswer> = {}): LaunchAnswer =>
  ({ id: 'one', agent: 'claude-code', session_id: 's', prompt: 'Count', state: 'running', created: 1, asked: [], writing: [], can: [], ...more }) as unknown as LaunchAnswer;
const piece = (start: number, text: string, done = false): Piece => ({ launch: 'one', session_id: 's', block: 'b', kind: 'text', start, text, done });
const say = (name: string, data: unknown): void => heard.get(name)!(data as never);
const settled = (): Promise<void> => new Promise((go) => setTimeout(go, 0));

type Store = typeof import('./launches.svelte.ts');
let store: Store;
const words = (): string[] | undefined => store.launches.byId('one')?.blocks.map((one) => one.text);

beforeEach(async () => {
  heard.clear();
  asked.length = 0;
  answers = {};
  vi.resetModules();
  store = await import('./launches.svelte.ts');
  store.keepLaunches();
});
afterEach(() => void vi.useRealTimers());

it('a stream that opens lists all anew, with what is being written', async () => {
  answers['GET /api/launches'] = () => ({ allowed: true, launches: [told({ writing: [{ block: 'b', kind: 'text', text: 'Let me' }] })], elsewhere: [] });
  opened();
  await settled();
  expect([words(), store.launches.ofSession('s')?.answer.id]).toEqual([['Let me'], 'one']);
});

it('pieces go on with what was listed', async () => {
  say('launch', told());
  await settled();
  answers['GET /api/launches/{launch_id}'] = () => told();
  say('piece', piece(0, 'Let '));
  say('piece', piece(4, 'me'));
  expect(words()).toEqual(['Let me']);
});

it('a gap asks for the launch anew, once', async () => {
  answers['GET /api/launches/{launch_id}'] = () => told();
  say('launch', told());
  await settled();
  answers['GET /api/launches/{launch_id}'] = () => told({ writing: [{ block: 'b', kind: 'text', text: 'Let me look' }] });
  asked.length = 0;
  say('piece', piece(7, 'lo'));
  say('piece', piece(9, 'ok'));
  await settled();
  expect(asked).toEqual(['GET /api/launches/{launch_id}']);
  expect(words()).toEqual(['Let me look']);
});

it('how a launch stands takes no words away until it rests', async () => {
  answers['GET /api/launches/{launch_id}'] = () => told();
  say('launch', told());
  await settled();
  say('piece', piece(0, 'Let me'));
  say('launch', told({ cost_nano: 5 }));
  expect(store.launches.byId('one')!.blocks[0]).toMatchObject({ text: 'Let me', done: false });
  say('launch', told({ state: 'waiting' }));
  expect(store.launches.byId('one')!.blocks[0]).toMatchObject({ text: 'Let me', done: true });
});

it('the answer to a launch is no news where the stream was faster', async () => {
  answers['GET /api/launches/{launch_id}'] = () => told({ state: 'waiting' });
  answers['POST /api/launches'] = () => {
    say('launch', told({ state: 'waiting' }));
    return told({ state: 'queued' });
  };
  await store.launch({ prompt: 'Count' });
  expect(store.launches.byId('one')!.answer.state).toBe('waiting');
});

it('an answer that was overtaken by the stream says only what is being written', async () => {
  say('launch', told());
  await settled();
  let arrive = (_: LaunchAnswer): void => undefined;
  answers['GET /api/launches/{launch_id}'] = () => new Promise((resolve) => (arrive = resolve));
  say('piece', piece(4, 'me'));
  await settled();
  say('launch', told({ state: 'waiting', asked: [{ request: 'r' }] as never }));
  arrive(told({ state: 'running', writing: [{ block: 'b', kind: 'text', text: 'Let me' }] }));
  await settled();
  expect(store.launches.byId('one')!.answer).toMatchObject({ state: 'waiting', asked: [{ request: 'r' }] });
  expect(words()).toEqual(['Let me']);
});

it('a session that was just launched is not asked for before somebody tells of it', async () => {
  answers['POST /api/launches'] = () => told();
  await store.launch({ prompt: 'Count' });
  expect(store.launches.isUnborn('s')).toBe(true);
  changed({ revision: 1, complete: true, sessions: [{ session_id: 's' }] });
  expect(store.launches.isUnborn('s')).toBe(false);
});

it('a message is on screen at once, and off it where it could not be sent', async () => {
  answers['GET /api/launches/{launch_id}'] = () => told();
  say('launch', told());
  await settled();
  let refuse = (_: Error): void => undefined;
  answers['POST /api/launches/{launch_id}/message'] = () => new Promise((_, reject) => (refuse = reject));
  const sending = store.message('one', 'Go on');
  await settled();
  expect(words()).toEqual(['Go on']);
  refuse(new Error('no'));
  await expect(sending).rejects.toThrow('no');
  expect(words()).toEqual([]);
});

it('what was written is let go of after a while in which an event could have come to hold it', async () => {
  answers['GET /api/launches/{launch_id}'] = () => told();
  say('launch', told());
  await settled();
  vi.useFakeTimers();
  say('piece', piece(0, 'Let me'));
  say('piece', piece(6, ' look', true));
  live.connection = 'offline';
  await vi.advanceTimersByTimeAsync(60_000);
  expect(words()).toEqual(['Let me look']);
  live.connection = 'live';
  answers['GET /api/launches'] = () => ({ allowed: true, launches: [told()], elsewhere: [] });
  opened();
  await vi.advanceTimersByTimeAsync(5_000);
  expect(words()).toEqual(['Let me look']);
  await vi.advanceTimersByTimeAsync(8_000);
  expect(words()).toEqual([]);
});
