// The jobs list outlives its page: coming back from a job finds the same rows at the same place.

import { jobSearch, type JobFilter } from '../../core/filters.ts';
import { PagedList, type ListState } from '../../core/pages.ts';
import type { Job, Page } from '../../core/types.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';

const FIRST_PAGE = 50;
const NEXT_PAGE = 200;
/** This many rows beyond the last one in sight are fetched before anybody sees them missing. */
const AHEAD = 150;

class JobsList {
  rows = $state.raw<Job[]>([]);
  total = $state<number | null>(null);
  capped = $state(false);
  state = $state<ListState>('idle');
  error = $state.raw<unknown>(null);
  complete = $state(false);
  selected = $state<string | null>(null);
  /** Somebody changed the list since it was read. It says so and moves only when asked to. */
  stale = $state(false);
  top = 0;

  #paged: PagedList<Job> | null = null;
  #key = '';

  show(filter: JobFilter, words: string): void {
    const search = jobSearch(filter, words, whoIs());
    const key = JSON.stringify(search);
    if (key === this.#key && this.state !== 'failed') return;
    this.#start(key);
  }

  reload(): void {
    this.#start(this.#key);
  }

  #start(key: string): void {
    this.#paged?.abandon();
    this.#key = key;
    this.top = 0;
    this.stale = false;
    const search = JSON.parse(key) as Record<string, unknown>;
    const paged: PagedList<Job> = new PagedList<Job>(
      (cursor, signal) =>
        session.api.search<Job>(
          'jobs',
          cursor === null
            ? { ...search, limit: FIRST_PAGE, count: 1 }
            : { ...search, limit: NEXT_PAGE, cursor },
          signal,
        ),
      () => this.#take(paged),
    );
    this.#paged = paged;
    // The old rows stay on the screen until the new ones are here.
    this.state = 'loading';
    void paged.want(1);
  }

  #take(paged: PagedList<Job>): void {
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

  /** Asks whether the beginning of the list is still what is shown. A failure is of no interest here. */
  async look(): Promise<void> {
    if (this.state !== 'ready' || this.stale) return;
    const key = this.#key;
    const search = JSON.parse(key) as Record<string, unknown>;
    let page: Page<Job>;
    try {
      page = await session.api.search<Job>('jobs', { ...search, limit: FIRST_PAGE, count: 1 });
    } catch {
      return;
    }
    if (key !== this.#key) return;
    const same = page.items.every((job, i) => {
      const shown = this.rows[i];
      return shown?.id === job.id && shown.version === job.version;
    });
    this.stale = !same || page.total !== (this.total ?? undefined);
  }

  /** The job page changed a job: its row says the same without being read again. */
  update(job: Job): void {
    const i = this.rows.findIndex(({ id }) => id === job.id);
    const row = this.rows[i];
    if (!row || !this.#paged) return;
    this.#paged.items = this.rows.with(i, { ...row, ...job });
    this.rows = this.#paged.items;
  }
}

export const jobsList = new JobsList();
