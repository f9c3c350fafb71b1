// The visits of one person: what is under way, what comes next, what is left of the day, and after it.

import { isVisitOpen } from '../../core/stages.ts';
import { addDays, dayOf, instantOf } from '../../core/time.ts';
import { PLACE_FIELDS, VISIT_STATUSES, type Appointment, type Contact, type Customer, type Job, type Place } from '../../core/types.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';

const OPEN = VISIT_STATUSES.filter(isVisitOpen);
const OVER = VISIT_STATUSES.filter((status) => !isVisitOpen(status) && status !== 'cancelled');
/** More than this nobody does in the days that a phone shows. */
const CARDS_MAX = 30;

export interface Card {
  visit: Appointment;
  job: Job;
  customer: Customer | null;
  site: Place | null;
  contact: Contact | null;
}

export class Day {
  cards = $state.raw<Card[]>([]);
  done = $state.raw<Card[]>([]);
  ready = $state(false);
  error = $state.raw<unknown>(null);
  /** When the screen last agreed with the server. */
  at = $state<number | null>(null);

  async load(): Promise<void> {
    try {
      const zone = whoIs().tenant.timezone;
      const today = dayOf(Date.now(), zone);
      const start_at = `${instantOf(today, 0, zone)}..${instantOf(addDays(today, 1), 0, zone)}`;
      const [open, done] = await Promise.all([
        this.#mine({ status: OPEN }, 'start_at'),
        this.#mine({ status: OVER, start_at }, '-start_at'),
      ]);
      [this.cards, this.done] = await Promise.all([cardsOf(open), cardsOf(done)]);
      this.at = Date.now();
      this.ready = true;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  async #mine(filter: Record<string, unknown>, sort: string): Promise<Appointment[]> {
    return (await session.api.search<Appointment>('appointments', { own: true, filter, sort, limit: CARDS_MAX })).items;
  }
}

/** Rows that several cards share, and that change rarely: read again only after a while, not at each look. */
const KEEP_MS = 5 * 60_000;
const kept = new Map<string, { at: number; row: Promise<unknown> }>();

function jobsOf(visits: Appointment[]): Map<string, Promise<Job>> {
  const jobs = new Map<string, Promise<Job>>();
  for (const { job_id } of visits) if (!jobs.has(job_id)) jobs.set(job_id, session.api.get<Job>(`/v1/jobs/${job_id}`));
  return jobs;
}

async function cardsOf(visits: Appointment[]): Promise<Card[]> {
  const one = <T>(plural: string, id: string | null, query = ''): Promise<T | null> => {
    if (!id) return Promise.resolve(null);
    const path = `/v1/${plural}/${id}${query}`;
    const known = kept.get(path);
    if (known && Date.now() - known.at < KEEP_MS) return known.row as Promise<T>;
    const row = session.api.get<T>(path);
    kept.set(path, { at: Date.now(), row });
    row.catch(() => kept.delete(path));
    return row;
  };
  const jobs = jobsOf(visits);
  return Promise.all(
    visits.map(async (visit) => {
      const job = (await jobs.get(visit.job_id)) as Job;
      const [customer, site, contact] = await Promise.all([
        one<Customer>('customers', job.customer_id),
        one<Place>('sites', job.site_id, `?fields=${PLACE_FIELDS.join(',')}`),
        one<Contact>('contacts', job.contact_id),
      ]);
      return { visit, job, customer, site, contact };
    }),
  );
}
