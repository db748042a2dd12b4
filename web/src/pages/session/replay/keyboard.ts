/** The keys of the replay, as `?` lists them. */
import type { Binding } from '../../../lib/keys.svelte.ts';
import type { Marks } from './marks.ts';
import type { Player } from './player.svelte.ts';
import type { Stage } from './stage.svelte.ts';

export interface Keyboard {
  stage: Stage;
  player: Player;
  focus: () => void;
  /** Goes along the hits, where something is searched for. */
  step: ((by: 1 | -1) => void) | undefined;
  copyLink: () => void;
}

const GROUP = 'Replay';

export function bindingsOf({ stage, player, focus, step, copyLink }: Keyboard): Binding[] {
  const bound = (title: string, keys: string[], act: () => void, palette = false): Binding => ({
    title,
    group: GROUP,
    keys,
    palette,
    run: () => {
      act();
      player.moved();
    },
  });
  const jump = (kind: keyof Marks, by: 1 | -1) => (): void => void stage.next(kind, by);
  return [
    bound('Play or pause', [' '], () => player.toggle(), true),
    bound('Slower', ['<'], () => player.faster(-1)),
    bound('Faster', ['>'], () => player.faster(1)),
    bound('Next prompt', ['p'], jump('prompts', 1), true),
    bound('Previous prompt', ['P'], jump('prompts', -1)),
    bound('Next error', ['e'], jump('errors', 1), true),
    bound('Previous error', ['E'], jump('errors', -1)),
    bound('Next expensive call', ['c', '$'], jump('expensive', 1), true),
    bound('Previous expensive call', ['C'], jump('expensive', -1)),
    bound('Next block', ['j'], () => stage.step(1)),
    bound('Previous block', ['k'], () => stage.step(-1)),
    bound('Fold or unfold the block', ['o', 'Enter'], () => {
      const row = stage.rows[stage.current];
      if (row) stage.conversation.turn(row.kind === 'user' || row.kind === 'assistant' ? `${row.id}:words` : row.id);
    }),
    bound('First event', ['Home'], () => void stage.jump(0)),
    bound('Newest event, and follow', ['G', 'End'], () => void stage.newest(), true),
    bound('Search in this session', ['/'], focus, true),
    ...(step ? [bound('Next hit', ['n'], () => step(1)), bound('Previous hit', ['N'], () => step(-1))] : []),
    bound('Copy link to this event', ['y'], copyLink, true),
  ];
}
