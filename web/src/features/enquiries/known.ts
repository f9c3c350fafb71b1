// What is known of somebody who calls: found by number or name, with his places, open work and what he owes.

import type { Standing } from '../../core/papers.ts';
import { may } from '../../core/rights.ts';
import { PLACE_FIELDS, type Contact, type Customer, type Job, type Place } from '../../core/types.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';
import { accountOf } from '../../ui/standing.ts';

const PICK = 8;
const OPEN_STAGES = ['new', 'scheduled', 'in_progress', 'on_hold'];

export interface Caller {
  /** Of the customer. */
  id: string;
  name: string;
  detail?: string;
}

/** Customers, and those whose contact it is, by any part of a number or name. */
export async function callers(q: string, signal: AbortSignal): Promise<Caller[]> {
  const words = q ? { q } : {};
  const [customers, contacts] = await Promise.all([
    session.api.search<Customer>('customers', { limit: PICK, ...words }, signal),
    q ? session.api.search<Contact & { customer?: { name: string } }>('contacts', { limit: PICK, expand: ['customer_id'], ...words }, signal) : { items: [] },
  ]);
  const found = customers.items.map(({ id, name, phone, code }): Caller => ({ id, name, detail: phone ?? code ?? '' }));
  for (const { customer_id, name, phone, customer } of contacts.items)
    if (!found.some(({ id }) => id === customer_id)) found.push({ id: customer_id, name: customer?.name ?? name, detail: [name, phone].filter(Boolean).join(', ') });
  return found;
}

export interface Known {
  customer: Customer;
  places: Place[];
  jobs: Job[];
  /** Null for people who may not see it. */
  standing: Standing | null;
}

export async function known(id: string): Promise<Known> {
  const me = whoIs();
  const filter = { customer_id: id };
  const [customer, places, jobs, standing] = await Promise.all([
    session.api.get<Customer>(`/v1/customers/${id}`),
    session.api.search<Place>('sites', { limit: 20, filter, fields: [...PLACE_FIELDS] }),
    session.api.search<Job>('jobs', { limit: PICK, filter: { ...filter, stage: OPEN_STAGES }, sort: '-created_at' }),
    may(me, 'payment.read') ? accountOf(id).then((account) => account.standing) : null,
  ]);
  return { customer, places: places.items, jobs: jobs.items, standing };
}
