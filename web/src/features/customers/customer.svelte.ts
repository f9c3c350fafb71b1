// One customer with his places, people, work and money.

import { may } from '../../core/rights.ts';
import { PLACE_FIELDS, type Contact, type Customer, type Enquiry, type Job, type Place, type Quote } from '../../core/types.ts';
import { save } from '../../ui/save.svelte.ts';
import { session, whoIs } from '../../ui/session.svelte.ts';
import { accountOf, type Account } from '../../ui/standing.ts';
import { customers } from './list.ts';

const LATEST = 20;

export class OpenCustomer {
  readonly id: string;
  customer = $state.raw<Customer | null>(null);
  places = $state.raw<Place[]>([]);
  contacts = $state.raw<Contact[]>([]);
  jobs = $state.raw<Job[]>([]);
  quotes = $state.raw<Quote[]>([]);
  enquiries = $state.raw<Enquiry[]>([]);
  /** Null for people who may not see it. */
  account = $state.raw<Account | null>(null);
  error = $state.raw<unknown>(null);
  ready = $state(false);

  constructor(id: string) {
    this.id = id;
  }

  async load(): Promise<void> {
    const me = whoIs();
    const filter = { customer_id: this.id };
    const latest = <T>(right: string, plural: string) =>
      may(me, right)
        ? session.api.search<T>(plural, { filter, limit: LATEST, sort: '-created_at' }).then(({ items }) => items)
        : Promise.resolve([]);
    this.error = null;
    try {
      const [customer, places, contacts, jobs, quotes, enquiries, account] = await Promise.all([
        session.api.get<Customer>(`/v1/customers/${this.id}`),
        session.api.all<Place>('sites', { filter, fields: [...PLACE_FIELDS] }),
        session.api.all<Contact>('contacts', { filter }),
        latest<Job>('job.read', 'jobs'),
        latest<Quote>('quote.read', 'quotes'),
        latest<Enquiry>('enquiry.read', 'enquiries'),
        may(me, 'payment.read') ? accountOf(this.id) : null,
      ]);
      Object.assign(this, { customer, places, contacts, jobs, quotes, enquiries, account, ready: true });
    } catch (error) {
      this.error = error;
    }
  }

  async change(fields: Partial<Customer>): Promise<void> {
    if (!this.customer) return;
    this.customer = await save('customers', this.customer, fields);
    customers.update(this.customer);
  }

  async addPlace(fields: Record<string, string>): Promise<void> {
    const place = await session.api.create<Place>('sites', { ...fields, customer_id: this.id });
    this.places = [...this.places, place];
  }

  async addContact(fields: Record<string, string>): Promise<void> {
    const contact = await session.api.create<Contact>('contacts', { ...fields, customer_id: this.id });
    this.contacts = [...this.contacts, contact];
  }
}
