// What a page of settings reads: the rows, or why they could not be read; and acts that read them again.

import { toasts } from '../../ui/toasts.svelte.ts';
import { wordsFor } from '../../ui/words.ts';

export class Reading<T> {
  value = $state.raw<T | null>(null);
  error = $state.raw<unknown>(null);
  busy = $state(false);
  readonly #read: () => Promise<T>;

  constructor(read: () => Promise<T>) {
    this.#read = read;
  }

  readonly load = async (): Promise<void> => {
    this.error = null;
    try {
      this.value = await this.#read();
    } catch (failure) {
      this.error = failure;
    }
  };

  /** Does it and shows what became of it; a refusal is told at the edge of the screen. */
  async act(act: () => Promise<unknown>, said?: string): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      await act();
      if (said) toasts.say(said);
      await this.load();
    } catch (failure) {
      toasts.complain(wordsFor(failure));
    } finally {
      this.busy = false;
    }
  }
}
