// The visits of one person: what is under way, what comes next, what is left of the day, and after it.

import { isVisitOpen } from '../../core/stages.ts';
import { dayOf } from '../../core/time.ts';
import { VISIT_STATUSES, type Appointment, type AppointmentPerson, type Contact, type Customer, type Job, type Site } from '../../core/types.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';

const OPEN = VISIT_STATUSES.filter(isVisitOpen);
const OVER = VISIT_STATUSES.filter((status) => !isVisitOpen(status) && status !== 'cancelled');
/** More than this nobody does in the days that a phone shows. */
const CARDS_MAX = 30;

/** As many values as the server takes in one filter. */
const FILTER_VALUES_MAX = 50;

export interface Card {
  visit: Appointment;
  job: Job;
  customer: Customer | null;
  site: Site | null;
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
      const [open, over] = await Promise.all([this.#mine(OPEN, 'start_at'), this.#mine(OVER, '-start_at')]);
      const today = dayOf(Date.now(), whoIs().tenant.timezone);
      const done = over.filter(({ start_at }) => dayOf(start_at, whoIs().tenant.timezone) === today);
      [this.cards, this.done] = await Promise.all([cardsOf(open), cardsOf(done)]);
      this.at = Date.now();
      this.ready = true;
      this.error = null;
    } catch (error) {
      this.error = error;
    }
  }

  async #mine(status: readonly string[], sort: string): Promise<Appointment[]> {
    const me = whoIs();
    const page = await session.api.search<Appointment>('appointments', { filter: { status }, sort, limit: 200 });
    const ids = page.items.map(({ id }) => id);
    const places = await Promise.all(
      chunks(ids, FILTER_VALUES_MAX).map((some) =>
        session.api.all<AppointmentPerson>('appointment_people', {
          filter: { employee_id: me.employee_id, appointment_id: some },
        }),
      ),
    );
    const own = new Set(places.flat().map(({ appointment_id }) => appointment_id));
    return page.items.filter(({ id }) => own.has(id)).slice(0, CARDS_MAX);
  }
}

function chunks<T>(list: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) => list.slice(i * size, (i + 1) * size));
}

async function cardsOf(visits: Appointment[]): Promise<Card[]> {
  const known = new Map<string, Promise<unknown>>();
  // Several visits of one job, or of one customer, need each row only once.
  const one = <T>(plural: string, id: string | null): Promise<T | null> => {
    if (!id) return Promise.resolve(null);
    const path = `/v1/${plural}/${id}`;
    if (!known.has(path)) known.set(path, session.api.get<T>(path));
    return known.get(path) as Promise<T>;
  };
  return Promise.all(
    visits.map(async (visit) => {
      const job = (await one<Job>('jobs', visit.job_id)) as Job;
      const [customer, site, contact] = await Promise.all([
        one<Customer>('customers', job.customer_id),
        one<Site>('sites', job.site_id),
        one<Contact>('contacts', job.contact_id),
      ]);
      return { visit, job, customer, site, contact };
    }),
  );
}
