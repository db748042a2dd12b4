/**
 * Every key and every action: one registry that `?` lists, the command palette offers and the keyboard obeys.
 *
 * A binding belongs to the layer that was on top when it was made (the page, or a dialog over it) and rests while
 * another layer lies over it. Keys: `j`, `Enter`, `Shift+Enter`, `Mod+k` (Ctrl or Cmd), `g s` (one after the other).
 */
export interface Binding {
  /** What it does, as `?` and the palette say it. */
  title: string;
  /** The heading it stands under. */
  group: string;
  keys?: string[];
  /** Obeyed in fields and under dialogs too. */
  everywhere?: boolean;
  /** Offered by the command palette. */
  palette?: boolean;
  run: (event?: KeyboardEvent) => void;
}

interface Bound extends Binding {
  layer: number;
}

const SEQUENCE_WITHIN = 900;
const isMac = typeof navigator !== 'undefined' && /Mac|iPhone|iPad/.test(navigator.platform);

let bound = $state.raw<Bound[]>([]);
/** The same, as it truly is: while an effect is taken down it sees state as it was before, and would undo what others bound. */
let registry: Bound[] = [];
let layers: number[] = [0];
let nextLayer = 1;
let pending: { key: string; at: number } | null = null;

export const keys = {
  get all(): readonly Binding[] {
    return bound;
  },
};

/** Bind keys and actions; gives back what unbinds them. Use it in an effect: `$effect(() => bind([...]))`. */
export function bind(bindings: Binding[], layer: number = layers.at(-1)!): () => void {
  const added = bindings.map((binding) => ({ ...binding, layer }));
  bound = registry = [...registry, ...added];
  return () => {
    bound = registry = registry.filter((one) => !added.includes(one));
  };
}

/** The layer on top; a component asks when it begins, so that its bindings stay with it. */
export function topLayer(): number {
  return layers.at(-1)!;
}

/** Put a layer over all others; gives back what takes it away. */
export function pushLayer(): () => void {
  const mine = nextLayer++;
  layers.push(mine);
  return () => {
    layers = layers.filter((layer) => layer !== mine);
  };
}

/** Begin to obey keys; called once, by the app. */
export function obey(): void {
  window.addEventListener('keydown', onKey);
}

/** Write a key for a person: ⌘K, Ctrl K, g then s. */
export function keyWords(key: string): string {
  return key
    .replace(/^ $/, 'Space')
    .replace(/Mod\+(.)/, (_, letter: string) => `${isMac ? '⌘' : 'Ctrl '}${letter.toUpperCase()}`)
    .replace('Shift+', 'Shift ')
    .replace('ArrowUp', '↑')
    .replace('ArrowDown', '↓')
    .replace('ArrowLeft', '←')
    .replace('ArrowRight', '→')
    .replace(/^(\w) (\S)$/, '$1 then $2');
}

function onKey(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.isComposing || isModifier(event.key)) return;
  const pressed = spelled(event);
  const sequence = pending && event.timeStamp - pending.at < SEQUENCE_WITHIN ? `${pending.key} ${pressed}` : pressed;
  const found = find(sequence, event) ?? find(pressed, event);
  pending = found ? null : { key: pressed, at: event.timeStamp };
  if (!found) return;
  event.preventDefault();
  found.run(event);
}

function find(key: string, event: KeyboardEvent): Bound | undefined {
  const typing = isField(event.target);
  const ownsKey = isControl(event.target) && (event.key === 'Enter' || event.key === ' ');
  return registry.findLast((one) => {
    if (!one.keys?.includes(key)) return false;
    if (one.everywhere) return true;
    return !typing && !ownsKey && one.layer === layers.at(-1);
  });
}

function spelled(event: KeyboardEvent): string {
  const mod = event.metaKey || event.ctrlKey ? 'Mod+' : '';
  const shift = event.shiftKey && event.key.length > 1 ? 'Shift+' : '';
  const alt = event.altKey ? 'Alt+' : '';
  return `${mod}${alt}${shift}${mod ? event.key.toLowerCase() : event.key}`;
}

function isModifier(key: string): boolean {
  return key === 'Control' || key === 'Shift' || key === 'Meta' || key === 'Alt';
}

function isField(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'range'].includes(target.type);
  return target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button, summary, input, select') !== null;
}
