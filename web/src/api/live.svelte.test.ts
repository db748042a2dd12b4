import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

type Heard = (event: { data: string }) => void;

/** A connection that a test speaks through, and that never says of itself that it is dead. */
class Wire {
  static readonly CLOSED = 2;
  static readonly opened: Wire[] = [];
  readonly heard = new Map<string, Heard[]>();
  readyState = 1;
  onopen = (): void => undefined;

  constructor() {
    Wire.opened.push(this);
  }

  addEventListener(name: string, heard: Heard): void {
    this.heard.set(name, [...(this.heard.get(name) ?? []), heard]);
  }

  say(name: string, data: unknown): void {
    for (const heard of this.heard.get(name) ?? []) heard({ data: JSON.stringify(data) });
  }

  close(): void {
    this.readyState = Wire.CLOSED;
  }
}

const page = { addEventListener: (): void => undefined, hidden: false };

beforeEach(() => {
  Wire.opened.length = 0;
  vi.useFakeTimers();
  vi.resetModules();
  for (const name of ['document', 'window']) vi.stubGlobal(name, page);
  vi.stubGlobal('EventSource', Wire);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function listening(): Promise<typeof import('./live.svelte.ts')> {
  const live = await import('./live.svelte.ts');
  live.listen();
  Wire.opened[0]!.onopen();
  return live;
}

describe('a connection', () => {
  it('that speaks now and then stays', async () => {
    const { live } = await listening();
    for (let minute = 0; minute < 8; minute += 1) {
      vi.advanceTimersByTime(15_000);
      Wire.opened[0]!.say('alive', {});
    }
    expect([live.connection, Wire.opened.length]).toEqual(['live', 1]);
  });

  it('that falls silent is given up for a new one, and what was missed is asked for', async () => {
    const { live, subscribe } = await listening();
    const told = vi.fn();
    subscribe(told);
    vi.advanceTimersByTime(45_000);
    expect([live.connection, Wire.opened.length, Wire.opened[0]!.readyState]).toEqual(['reconnecting', 2, Wire.CLOSED]);
    Wire.opened[1]!.onopen();
    expect(live.connection).toBe('live');
    expect(told).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ complete: false }));
  });

  it('that stays silent is told as offline', async () => {
    const { live } = await listening();
    vi.advanceTimersByTime(120_000);
    expect(live.connection).toBe('offline');
  });
});
