// The short lists that every page needs: kinds of job, statuses, people. Read once, again on demand.

import type { Employee, JobType, StatusDef } from '../core/types.ts';
import { session } from './session.svelte.ts';

class Reference {
  types = $state.raw<JobType[]>([]);
  statuses = $state.raw<StatusDef[]>([]);
  people = $state.raw<Employee[]>([]);
  #loading: Promise<void> | null = null;

  load(): Promise<void> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  /** After an import there may be new kinds and people. */
  reload(): Promise<void> {
    this.#loading = null;
    return this.load();
  }

  typeOf = (id: string | null) => this.types.find((type) => type.id === id);
  statusOf = (id: string | null) => this.statuses.find((status) => status.id === id);
  personOf = (id: string | null) => this.people.find((person) => person.id === id);

  async #read(): Promise<void> {
    const [types, statuses, people] = await Promise.all([
      session.api.all<JobType>('job_types'),
      session.api.all<StatusDef>('status_defs'),
      session.api.all<Employee>('employees'),
    ]);
    const byName = (a: { name: string }, b: { name: string }) => a.name.localeCompare(b.name);
    this.types = types.sort(byName);
    this.statuses = statuses.sort((a, b) => a.position - b.position);
    this.people = people.sort(byName);
  }
}

export const reference = new Reference();
