/**
 * What a person chose about the looks of this browser: theme, density, navigation. Kept in localStorage.
 *
 * public/theme.js reads the same entry before the first paint; a new choice that moves things must be added there too.
 */
export type Theme = 'system' | 'dark' | 'light';

export interface Preferences {
  theme: Theme;
  density: 'compact' | 'comfortable';
  navigation: 'open' | 'collapsed';
  /** The list of sessions beside a session. */
  aside: 'open' | 'folded';
}

const KEY = 'dashcam.preferences';
const DEFAULTS: Preferences = { theme: 'system', density: 'compact', navigation: 'open', aside: 'open' };
const darkSystem = typeof matchMedia === 'undefined' ? null : matchMedia('(prefers-color-scheme: dark)');

const chosen = $state<Preferences>({ ...DEFAULTS, ...stored<Partial<Preferences>>(KEY, {}) });
let systemIsDark = $state(darkSystem?.matches ?? true);
darkSystem?.addEventListener('change', (event) => (systemIsDark = event.matches));

export const preferences = {
  get theme(): Theme {
    return chosen.theme;
  },
  get density(): Preferences['density'] {
    return chosen.density;
  },
  get navigation(): Preferences['navigation'] {
    return chosen.navigation;
  },
  get aside(): Preferences['aside'] {
    return chosen.aside;
  },
  /** What is on screen, whoever chose it. */
  get isDark(): boolean {
    return chosen.theme === 'system' ? systemIsDark : chosen.theme === 'dark';
  },
  /** The height of a table's row in pixels, as --row in theme.css. */
  get rowHeight(): number {
    return chosen.density === 'comfortable' || isCoarse() ? 40 : 32;
  },
};

/** Choose, and remember it. */
export function prefer(changes: Partial<Preferences>): void {
  Object.assign(chosen, changes);
  const root = document.documentElement.dataset;
  if (chosen.theme === 'system') delete root['theme'];
  else root['theme'] = chosen.theme;
  root['density'] = chosen.density;
  root['navigation'] = chosen.navigation;
  store(KEY, chosen);
}

/** Read what was kept; `otherwise` where nothing was, or it cannot be read. */
export function stored<Value>(key: string, otherwise: Value): Value {
  try {
    const text = localStorage.getItem(key);
    return text === null ? otherwise : (JSON.parse(text) as Value);
  } catch {
    return otherwise;
  }
}

/** Keep something in this browser; one that forbids it forgets it at the next load. */
export function store(key: string, value: unknown): void {
  if (typeof localStorage === 'undefined') return;
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch (refused) {
    console.warn('dashcam: this browser keeps no preferences', refused);
  }
}

function isCoarse(): boolean {
  return typeof matchMedia !== 'undefined' && matchMedia('(pointer: coarse)').matches;
}
