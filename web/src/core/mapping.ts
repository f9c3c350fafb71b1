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
  job: [
    'title', 'customer_id', 'site_id', 'job_type_id', 'description', 'priority', 'requested_at', 'due_at', 'customer_order_no',
    'lead_id', 'work_summary', 'internal_notes',
  ],
  item: [
    'name', 'code', 'kind', 'unit', 'sell4', 'price_includes_vat', 'cost4', 'category', 'barcode', 'supplier_code', 'warranty_months', 'description',
  ],
} as const satisfies Record<string, readonly string[]>;

export type ImportNoun = keyof typeof IMPORT_FIELDS;
export const IMPORT_NOUNS = Object.keys(IMPORT_FIELDS) as ImportNoun[];

/** What a row cannot be without. */
export const NEEDED: Record<ImportNoun, readonly string[]> = {
  customer: ['name'],
  contact: ['name', 'customer_id'],
  site: ['line1', 'customer_id'],
  employee: ['name'],
  job_type: ['name'],
  job: ['title', 'customer_id', 'site_id', 'job_type_id'],
  item: ['name', 'code'],
};

/** A column that names another row: by which of its fields the row can be found, the usual one first. */
const FOUND_BY: Record<string, { find: string; by: readonly string[] }> = {
  customer_id: { find: 'customer', by: ['name', 'code', 'phone', 'billing_email'] },
  site_id: { find: 'site', by: ['line1'] },
  job_type_id: { find: 'job_type', by: ['name'] },
  lead_id: { find: 'employee', by: ['code', 'email', 'phone'] },
};

/** How days and times stand in files; local time of the company. */
export const TIME_PATTERNS = ['y-m-d H:M', 'd/m/y H:M', 'm/d/y H:M'] as const;
const TIME_FIELDS: readonly string[] = ['requested_at', 'due_at'];

/** The ways in which the text of a cell can be understood; none where it is taken as it stands. */
export function waysOf(field: string): readonly string[] {
  return FOUND_BY[field]?.by ?? (TIME_FIELDS.includes(field) ? TIME_PATTERNS : []);
}

/** The likely way, from the name of the column and what stands in it. */
export function proposeWay(field: string, column: string, samples: readonly string[]): string {
  const ways = waysOf(field);
  if (ways.includes('code') && /(code|no|number|account|id)$/.test(letters(column))) return 'code';
  if (TIME_FIELDS.includes(field)) {
    const parts = samples.map((sample) => sample.split(/[/ T]/).map(Number));
    if (samples.some((sample) => sample.includes('/'))) return parts.some(([, second = 0]) => second > 12) ? 'm/d/y H:M' : 'd/m/y H:M';
  }
  return ways[0] ?? '';
}

/** Other names under which files carry these fields, in plain letters. */
const ALSO: Record<string, readonly string[]> = {
  name: ['itemname', 'product', 'productname', 'item', 'fullname', 'customername', 'company', 'companyname', 'contactname', 'employee', 'title'],
  sell4: ['price', 'sellprice', 'sellingprice', 'unitprice', 'salesprice', 'retail'],
  cost4: ['cost', 'costprice', 'purchaseprice', 'buyprice', 'unitcost'],
  unit: ['uom', 'unitofmeasure', 'per'],
  category: ['group', 'itemgroup', 'productgroup', 'type'],
  barcode: ['ean', 'gtin', 'upc'],
  supplier_code: ['supplierpartno', 'partno', 'partnumber', 'mpn'],
  code: ['itemcode', 'sku', 'productcode', 'stockcode', 'customercode', 'accountno', 'account', 'customerid', 'clientcode', 'shortname'],
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
  title: ['subject', 'summary', 'job', 'work', 'task', 'requesttype'],
  description: ['details', 'problem', 'notes', 'comments'],
  site_id: ['address', 'siteaddress', 'street', 'location', 'streetaddress'],
  job_type_id: ['type', 'category', 'kind'],
  requested_at: ['created', 'createddate', 'date', 'requestdate', 'received'],
  due_at: ['duedate', 'deadline', 'by'],
  customer_order_no: ['orderno', 'ordernumber', 'po', 'pono', 'ponumber', 'reference'],
  lead_id: ['technician', 'crew', 'assignedto', 'owner'],
  customer_id: ['customercode', 'accountno', 'account', 'clientcode', 'customer', 'client', 'customername'],
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
  return filling('code') ?? filling('customer_order_no') ?? filling(IMPORT_FIELDS[noun][0]) ?? '';
}

export function specOf(
  noun: ImportNoun,
  columns: Record<string, string>,
  fixed: readonly { field: string; value: string }[],
  key: string,
  ways: Readonly<Record<string, string>> = {},
): MappingSpec {
  const fields: Record<string, Source> = {};
  const how = (field: string) => {
    const way = ways[field] ?? waysOf(field)[0];
    const found = FOUND_BY[field];
    if (found) return { find: found.find, by: way };
    // Prices are written with decimals and kept as ten-thousandths.
    if (field.endsWith('4')) return { decimals: 4 };
    return way === undefined ? {} : { time: way };
  };
  for (const [column, field] of Object.entries(columns)) if (field !== '') fields[field] = { column, ...how(field) };
  for (const { field, value } of fixed)
    if (field !== '' && value.trim() !== '') fields[field] = { value: value.trim(), ...how(field) };
  return { noun, key, fields };
}

export function spokenWays(spec: MappingSpec): Record<string, string> {
  return Object.fromEntries(
    Object.entries(spec.fields).flatMap(([field, { by, time }]) => {
      const way = by ?? time;
      return way === undefined ? [] : [[field, way]];
    }),
  );
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
