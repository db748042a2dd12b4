/** How wide the window is, for what must be told otherwise and not only drawn otherwise; styles say the same 719 px. */
import { MediaQuery } from 'svelte/reactivity';

export const phone = new MediaQuery('(max-width: 719px)', false);
