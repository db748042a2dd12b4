/** Brings Markdown and coloured code when they are first needed; until then there is the plain text. */
type Engine = { render: (text: string) => string; highlighted: (text: string, language: string) => string | null };

let engine = $state.raw<Engine | null>(null);
let coming: Promise<void> | undefined;

export const typeset = {
  /** null while it is on its way. */
  get engine(): Engine | null {
    return engine;
  },
};

/** Begin to load it; a page that will need it asks before its data is there. */
export function loadTypeset(): Promise<void> {
  coming ??= Promise.all([import('./markdown.ts'), import('./highlight.ts')]).then(
    ([{ render }, { highlighted }]) => {
      engine = { render, highlighted };
    },
    (failed: unknown) => {
      console.error(failed);
      coming = undefined;
    },
  );
  return coming;
}
