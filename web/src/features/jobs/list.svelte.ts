// The jobs list outlives its page: coming back from a job finds the same rows at the same place.

import { jobSearch, type JobFilter } from '../../core/filters.ts';
import type { Job, Page } from '../../core/types.ts';
import { FIRST_PAGE, PagedRows } from '../../ui/rowlist.svelte.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';

class JobsList extends PagedRows<Job> {
  /** Somebody changed the list since it was read. It says so and moves only when asked to. */
  stale = $state(false);

  show(filter: JobFilter, words: string): void {
    void this.ask(jobSearch(filter, words, whoIs()));
  }

  protected override begun(): void {
    super.begun();
    this.stale = false;
  }

  /** Asks whether the beginning of the list is still what is shown. A failure is of no interest here. */
  async look(): Promise<void> {
    if (this.state !== 'ready' || this.stale) return;
    const key = this.key;
    const search = JSON.parse(key) as Record<string, unknown>;
    let page: Page<Job>;
    try {
      page = await session.api.search<Job>(this.plural, { ...search, limit: FIRST_PAGE, count: 1 });
    } catch {
      return;
    }
    if (key !== this.key) return;
    const same = page.items.every((job, i) => {
      const shown = this.rows[i];
      return shown?.id === job.id && shown.version === job.version;
    });
    this.stale = !same || page.total !== (this.total ?? undefined);
  }
}

export const jobsList = new JobsList('jobs');
