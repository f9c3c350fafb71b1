// Customers and their places, for the fields in which one is picked.

import { siteName } from '../core/names.ts';
import { PLACE_FIELDS, type Customer, type Place } from '../core/types.ts';
import { session } from './session.svelte.ts';

const PICK = 20;

export interface Picked {
  id: string;
  name: string;
  detail?: string;
}

export async function pickCustomers(q: string, signal?: AbortSignal): Promise<Picked[]> {
  const page = await session.api.search<Customer>('customers', { limit: PICK, ...(q ? { q } : {}) }, signal);
  return page.items.map(({ id, name, phone, code }) => ({ id, name, detail: phone ?? code ?? '' }));
}

export async function placesOf(customer: string): Promise<Picked[]> {
  const filter = { customer_id: customer };
  const page = await session.api.search<Place>('sites', { limit: 100, filter, fields: [...PLACE_FIELDS] });
  return page.items.map((place) => ({ id: place.id, name: siteName(place) }));
}
