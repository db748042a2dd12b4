/** The dialog that launches a session: whether it is open, and what it is to go on with. Opened from anywhere. */
import { loadLaunches } from '../api/launches.svelte.ts';

export interface Wanted {
  /** The session to go on with; empty for a new one. */
  resume: string;
  /** Go on beside it. */
  fork: boolean;
  agent: string;
  directory: string;
  /** What that session is called. */
  title: string;
}

export const NEW: Wanted = { resume: '', fork: false, agent: '', directory: '', title: '' };

const state = $state<{ wanted: Wanted | null }>({ wanted: null });

export const wanted = {
  get now(): Wanted | null {
    return state.wanted;
  },
};

/** Open the dialog. What can be launched is asked anew: a program may have been installed meanwhile. */
export function wantSession(changes: Partial<Wanted> = {}): void {
  state.wanted = { ...NEW, ...changes };
  void loadLaunches();
}

export function closeWanted(): void {
  state.wanted = null;
}
