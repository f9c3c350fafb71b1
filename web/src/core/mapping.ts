// Which column of a file goes into which field of ours.

import type { MappingSpec, Source } from './types.ts';

/** The fields that a file may fill, in the order of the screen; the first is the one that must not be missing. */
export const IMPORT_FIELDS = {
  customer: [
    'name', 'kind', 'code', 'phone', 'billing_email', 'billing_line1', 'billing_line2', 'billing_suburb',
    'billing_city', 'billing_postal_code', 'vat_no', 'reg_no', 'terms_days', 'source', 'alert',
  ],
  contact: ['name', 'customer_id', 'email', 'phone', 'whatsapp', 'role', 'preferred_channel'],
  site: [
    'line1', 'customer_id', 'name', 'line2', 'suburb', 'city', 'postal_code', 'province', 'country', 'lat', 'lon',
    'access_notes', 'alert',
  ],
  employee: ['name', 'code', 'phone', 'email', 'colour'],
  job_type: ['name', 'colour', 'default_s'],
} as const satisfies Record<string, readonly string[]>;

export type ImportNoun = keyof typeof IMPORT_FIELDS;
export const IMPORT_NOUNS = Object.keys(IMPORT_FIELDS) as ImportNoun[];

/** A column that names another row: by which of its fields the row is found. */
const FOUND_BY: Record<string, { find: string; by: string }> = {
  customer_id: { find: 'customer', by: 'code' },
};

/** Other names under which files carry these fields, in plain letters. */
const ALSO: Record<string, readonly string[]> = {
  name: ['fullname', 'customername', 'company', 'companyname', 'contactname', 'employee', 'title'],
  code: ['customercode', 'accountno', 'account', 'customerid', 'clientcode', 'shortname'],
  phone: ['tel', 'telephone', 'mobile', 'cell', 'cellphone', 'phonenumber', 'contactnumber'],
  email: ['mail', 'emailaddress'],
  billing_email: ['email', 'mail', 'emailaddress', 'accountsemail'],
  billing_line1: ['address', 'address1', 'street', 'billingaddress'],
  billing_city: ['city', 'town'],
  billing_suburb: ['suburb'],
  billing_postal_code: ['postalcode', 'zip', 'zipcode', 'postcode'],
  vat_no: ['vat', 'vatnumber', 'taxnumber'],
  reg_no: ['registrationnumber', 'companyregistration'],
  terms_days: ['terms', 'paymentterms'],
  line1: ['address', 'address1', 'street', 'siteaddress'],
  line2: ['address2'],
  city: ['town'],
  postal_code: ['zip', 'zipcode', 'postcode'],
  province: ['region', 'state'],
  lat: ['latitude'],
  lon: ['lng', 'long', 'longitude'],
  customer_id: ['customercode', 'accountno', 'account', 'clientcode', 'customer'],
};

const letters = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, '');

/** A first proposal: column → field, no field twice; what fits nothing is left out. */
export function proposeMapping(header: readonly string[], noun: ImportNoun): Record<string, string> {
  const found: Record<string, string> = {};
  const free = new Set<string>(header);
  const take = (field: string, names: readonly string[]) => {
    if (Object.values(found).includes(field)) return;
    const column = [...free].find((name) => names.includes(letters(name)));
    if (column === undefined) return;
    found[column] = field;
    free.delete(column);
  };
  // Exact names first: an "E-mail" column must not lose to "Accounts e-mail".
  for (const field of IMPORT_FIELDS[noun]) take(field, [letters(field), letters(field.replace(/_(id|at)$/, ''))]);
  for (const field of IMPORT_FIELDS[noun]) take(field, ALSO[field] ?? []);
  return found;
}

/** The column that most likely tells rows apart: a code, else whatever fills the first field. */
export function proposeKey(columns: Record<string, string>, noun: ImportNoun): string {
  const filling = (field: string) => Object.keys(columns).find((column) => columns[column] === field);
  return filling('code') ?? filling(IMPORT_FIELDS[noun][0]) ?? '';
}

export function specOf(
  noun: ImportNoun,
  columns: Record<string, string>,
  fixed: readonly { field: string; value: string }[],
  key: string,
): MappingSpec {
  const fields: Record<string, Source> = {};
  for (const [column, field] of Object.entries(columns)) if (field !== '') fields[field] = { column, ...FOUND_BY[field] };
  for (const { field, value } of fixed) if (field !== '' && value.trim() !== '') fields[field] = { value: value.trim() };
  return { noun, key, fields };
}

export function columnsOf(spec: MappingSpec): Record<string, string> {
  const columns: Record<string, string> = {};
  for (const [field, source] of Object.entries(spec.fields)) if ('column' in source) columns[source.column] = field;
  return columns;
}

export function fixedOf(spec: MappingSpec): { field: string; value: string }[] {
  return Object.entries(spec.fields).flatMap(([field, source]) =>
    'value' in source ? [{ field, value: source.value }] : [],
  );
}
