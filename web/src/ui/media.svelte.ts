// The one width at which tables become cards; the style sheets use the same number.
import { MediaQuery } from 'svelte/reactivity';

export const narrow = new MediaQuery('max-width: 760px');
