// A long list, fetched page after page by cursor as somebody scrolls towards its end.

import type { Page } from './types.ts';

export type ListState = 'idle' | 'loading' | 'ready' | 'failed';

export class PagedList<T> {
  items: T[] = [];
  /** Known after the first page. */
  total: number | null = null;
  totalCapped = false;
  state: ListState = 'idle';
  error: unknown = null;

  readonly #load: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>;
  readonly #changed: () => void;
  readonly #stop = new AbortController();
  #cursor: string | null = null;
  #done = false;
  #wanted = 0;

  constructor(
    load: (cursor: string | null, signal: AbortSignal) => Promise<Page<T>>,
    changed: () => void,
  ) {
    this.#load = load;
    this.#changed = changed;
  }

  get complete(): boolean {
    return this.#done;
  }

  /** Sees to it that `count` rows are there, if the list has that many. May be called as often as one scrolls. */
  async want(count: number): Promise<void> {
    this.#wanted = Math.max(this.#wanted, count);
    if (this.state === 'loading' || this.state === 'failed') return;
    while (!this.#done && !this.#stop.signal.aborted && this.items.length < this.#wanted) {
      this.#become('loading');
      try {
        const page = await this.#load(this.#cursor, this.#stop.signal);
        if (this.#stop.signal.aborted) return;
        this.items = this.items.concat(page.items);
        if (page.total !== undefined) this.total = page.total;
        if (page.total_capped) this.totalCapped = true;
        this.#cursor = page.next_cursor;
        this.#done = page.next_cursor === null;
      } catch (error) {
        if (this.#stop.signal.aborted) return;
        this.error = error;
        this.#become('failed');
        return;
      }
      this.#become('ready');
    }
  }

  retry(): Promise<void> {
    this.state = 'idle';
    return this.want(1);
  }

  /** Another list takes its place: whatever is still under way is of no interest. */
  abandon(): void {
    this.#stop.abort();
  }

  #become(state: ListState): void {
    this.state = state;
    this.#changed();
  }
}
