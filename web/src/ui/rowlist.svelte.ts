// A list of any kind of row, fetched page after page; it outlives its page, so that coming back finds the same rows at
// the same place.

import { countChosen, listSearch, type ListFilter, type ListSpec } from '../core/listing.ts';
import { PagedList, type ListState } from '../core/pages.ts';
import type { Row, Search } from '../core/types.ts';
import { session } from './session.svelte.ts';

const FIRST_PAGE = 50;
const NEXT_PAGE = 200;
/** This many rows beyond the last one in sight are fetched before anybody sees them missing. */
const AHEAD = 150;

export class RowList<T extends Row> {
  readonly spec: ListSpec;
  rows = $state.raw<T[]>([]);
  total = $state<number | null>(null);
  capped = $state(false);
  state = $state<ListState>('idle');
  error = $state.raw<unknown>(null);
  complete = $state(false);
  selected = $state<string | null>(null);
  /** How many rows there would be without the filters; only where some narrow the list. */
  hidden = $state<number | null>(null);
  top = 0;

  #paged: PagedList<T> | null = null;
  #key = '';

  constructor(spec: ListSpec) {
    this.spec = spec;
  }

  show(filter: ListFilter, words: string): void {
    const search = listSearch(this.spec, filter, words);
    const key = JSON.stringify(search);
    if (key === this.#key && this.state !== 'failed') return;
    this.#start(key, countChosen(filter) > 0 ? listSearch(this.spec, { ...filter, chosen: {} }, words) : null);
  }

  reload(): void {
    if (this.#key !== '') this.#start(this.#key, null);
  }

  #start(key: string, open: Search | null): void {
    this.#paged?.abandon();
    this.#key = key;
    this.top = 0;
    this.hidden = null;
    const search = JSON.parse(key) as Search;
    const paged: PagedList<T> = new PagedList<T>(
      (cursor, signal) =>
        session.api.search<T>(
          this.spec.plural,
          cursor === null ? { ...search, limit: FIRST_PAGE, count: 1 } : { ...search, limit: NEXT_PAGE, cursor },
          signal,
        ),
      () => this.#take(paged),
    );
    this.#paged = paged;
    // The old rows stay on the screen until the new ones are here.
    this.state = 'loading';
    void paged.want(1).then(() => this.#count(key, open));
  }

  async #count(key: string, open: Search | null): Promise<void> {
    if (!open || this.state !== 'ready') return;
    try {
      const page = await session.api.search<T>(this.spec.plural, { ...open, limit: 1, count: 1 });
      if (key === this.#key && this.total !== null) this.hidden = Math.max(0, (page.total ?? 0) - this.total);
    } catch {
      return; // only a hint
    }
  }

  #take(paged: PagedList<T>): void {
    if (paged !== this.#paged) return;
    this.state = paged.state;
    this.error = paged.error;
    if (paged.state === 'loading') return;
    this.rows = paged.items;
    this.total = paged.total;
    this.capped = paged.totalCapped;
    this.complete = paged.complete;
  }

  reach(last: number): void {
    if (this.rows.length > 0) void this.#paged?.want(last + AHEAD);
  }

  retry(): void {
    void this.#paged?.retry();
  }

  /** A page changed a row: the list says the same without being read again. */
  update(row: T): void {
    const i = this.rows.findIndex(({ id }) => id === row.id);
    const old = this.rows[i];
    if (!old || !this.#paged) return;
    this.#paged.items = this.rows.with(i, { ...old, ...row });
    this.rows = this.#paged.items;
  }
}
