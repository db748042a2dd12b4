/** Short words about what was just done, at the foot of the window. Failures stay until they are closed. */
export interface Toast {
  id: number;
  words: string;
  failed: boolean;
}

const SHOWN_FOR = 4000;
let nextId = 1;
export const toasts = $state<{ all: Toast[] }>({ all: [] });

/** Say that something was done. */
export function say(words: string): void {
  const id = add(words, false);
  setTimeout(() => dismiss(id), SHOWN_FOR);
}

/** Say that something failed, and what to do. */
export function sayFailed(words: string): void {
  add(words, true);
}

/** Take one away. */
export function dismiss(id: number): void {
  toasts.all = toasts.all.filter((toast) => toast.id !== id);
}

function add(words: string, failed: boolean): number {
  const id = nextId++;
  toasts.all = [...toasts.all, { id, words, failed }];
  return id;
}
