// A file that is asked for like everything else: an act of weight may want a fresh proof first, which a plain link could
// not ask for.

import { session } from './session.svelte.ts';
import { toasts } from './toasts.svelte.ts';
import { wordsFor } from './words.ts';

export async function download(path: string, name: string): Promise<void> {
  try {
    const url = URL.createObjectURL(await session.api.blob(path));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  } catch (failure) {
    toasts.complain(wordsFor(failure));
  }
}
