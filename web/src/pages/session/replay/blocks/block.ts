/** What every block of a conversation is given. */
import type { Conversation } from '../conversation.svelte.ts';
import type { Said } from '../load.ts';
import type { Row } from '../rows.ts';

export interface BlockProps {
  row: Row;
  /** What the row's own event says. */
  said: Said;
  conversation: Conversation;
}
