// A list of any kind of row, fetched page after page; it outlives its page, so that coming back finds the same rows at
// the same place.

import { countChosen, listSearch, type ListFilter, type ListSpec } from '../core/listing.ts';
import { PagedList, type ListState } from '../core/pages.ts';
import type { Row, Search } from '../core/types.ts';
import { session } from './session.svelte.ts';

export const FIRST_PAGE = 50;
const NEXT_PAGE = 200;
/** This many rows beyond the last one in sight are fetched before anybody sees them missing. */
const AHEAD = 150;

export class PagedRows<T extends Row> {
  readonly plural: string;
  rows = $state.raw<T[]>([]);
  total = $state<number | null>(null);
  capped = $state(false);
  state = $state<ListState>('idle');
  error = $state.raw<unknown>(null);
  complete = $state(false);
  selected = $state<string | null>(null);
  top = 0;

  #paged: PagedList<T> | null = null;
  /** What was asked for, as text. */
  protected key = '';

  constructor(plural: string) {
    this.plural = plural;
  }

  /** Begins anew, unless that is what stands here; says when the first page is here. */
  protected ask(search: Search): Promise<void> | null {
    const key = JSON.stringify(search);
    return key === this.key && this.state !== 'failed' ? null : this.#start(key);
  }

  reload(): void {
    if (this.key !== '') void this.#start(this.key);
  }

  /** A list that knows more of its rows forgets it here. */
  protected begun(): void {
    this.top = 0;
  }

  #start(key: string): Promise<void> {
    this.#paged?.abandon();
    this.key = key;
    this.begun();
    const search = JSON.parse(key) as Search;
    const paged: PagedList<T> = new PagedList<T>(
      (cursor, signal) =>
        session.api.search<T>(
          this.plural,
          cursor === null ? { ...search, limit: FIRST_PAGE, count: 1 } : { ...search, limit: NEXT_PAGE, cursor },
          signal,
        ),
      () => this.#take(paged),
    );
    this.#paged = paged;
    // The old rows stay on the screen until the new ones are here.
    this.state = 'loading';
    return paged.want(1);
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

export class RowList<T extends Row> extends PagedRows<T> {
  readonly spec: ListSpec;
  /** How many rows there would be without the filters; only where some narrow the list. */
  hidden = $state<number | null>(null);

  constructor(spec: ListSpec) {
    super(spec.plural);
    this.spec = spec;
  }

  show(filter: ListFilter, words: string): void {
    const first = this.ask(listSearch(this.spec, filter, words));
    if (!first || countChosen(filter) === 0) return;
    const key = this.key;
    void first.then(() => this.#count(key, listSearch(this.spec, { ...filter, chosen: {} }, words)));
  }

  protected override begun(): void {
    super.begun();
    this.hidden = null;
  }

  async #count(key: string, open: Search): Promise<void> {
    if (this.state !== 'ready') return;
    try {
      const page = await session.api.search<T>(this.plural, { ...open, limit: 1, count: 1 });
      if (key === this.key && this.total !== null) this.hidden = Math.max(0, (page.total ?? 0) - this.total);
    } catch {
      return; // only a hint
    }
  }
}
