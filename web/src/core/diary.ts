// The diary in words: who did what, and what is different now.

import { formatDuration } from './entry.ts';
import { formatCount, t, wordFor, type Key } from './i18n.ts';
import { formatDateTime } from './time.ts';
import type { DiaryEvent } from './types.ts';

/** What the words need to know about the company. */
export interface Lookup {
  zone: string;
  now: number;
  /** The name of a row that the screen already knows: a person, a status, a type. */
  nameOf: (id: string) => string | undefined;
  /** The page is about one job: "the job", not "a job". */
  ofOneJob?: boolean;
  /** How an amount in cents, a price in ten-thousandths and a quantity in thousandths are written. */
  amountOf?: (cents: number) => string;
  priceOf?: (e4: number) => string;
  qtyOf?: (milli: number) => string;
}

export interface Difference {
  field: string;
  from: string;
  to: string;
}

export interface Line {
  icon: string;
  text: string;
  differences: Difference[];
}

const ICON: Record<string, string> = {
  create: 'plus',
  update: 'edit',
  delete: 'cross',
  move: 'right',
  confirm: 'lock',
  dispatch: 'phone',
  travel: 'van',
  arrive: 'pin',
  finish: 'check',
  incomplete: 'half',
  no_access: 'door',
  cancel: 'cross',
  approve: 'lock',
  void: 'cross',
  convert: 'right',
  allocate: 'check',
  reverse: 'undo',
  read: 'eye',
  reveal: 'eye',
  export: 'download',
  ask: 'mail',
  open: 'eye',
  send_code: 'mail',
  verify: 'check',
  wrong_code: 'lock',
  revoke: 'cross',
  render: 'file',
  download: 'download',
  correct: 'edit',
  expire: 'clock',
  reopen: 'undo',
  number: 'tag',
  leave: 'exit',
  remove: 'cross',
  close: 'lock',
  acknowledge: 'check',
  join: 'person',
  rotate: 'key',
  used: 'key',
  extend: 'clock',
  end: 'exit',
  step_up: 'shield',
  factor_added: 'shield',
  factor_removed: 'shield',
  recovery_codes: 'shield',
  password_change: 'lock',
  reset_access: 'mail',
  session_end: 'exit',
  token_reuse: 'alarm',
  key_refused: 'lock',
  sign_in: 'person',
  sign_in_refused: 'lock',
  sign_out: 'exit',
};

/** What people need not read: the machine's own book-keeping. */
const SILENT = new Set(['id', 'version', 'created_at', 'updated_at', 'created_by', 'updated_by', 'seq', 'sequence', 'position',
  // The moment of the act itself, which is told beside it.
  'travel_at', 'arrived_at', 'ended_at', 'completed_at', 'closed_at', 'done_at', 'done_by', 'sent_at', 'approved_at',
  // What was frozen is on the paper itself.
  'document_hash', 'buyer', 'seller', 'vat_groups', 'version_id', 'sum', 'discount_taken', 'tax_point', 'currency', 'revision',
  // What follows from quantity, price and discount.
  'line_net', 'line_after', 'rate_bp', 'version_n', 'saves', 'n', 'price_mode',
]);
/** "Person or company" says something of a customer alone. */
const KINDLESS = new Set(['quote', 'invoice', 'quote_line', 'invoice_line', 'job_line', 'credit_line', 'item', 'authorisation', 'tax_code', 'template', 'message']);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const CENTS = new Set(['total', 'net', 'vat', 'balance', 'paid', 'credited', 'amount', 'allocated', 'discount']);
/** Their states have words of their own. */
const STATES: Record<string, string> = { enquiry: 'enquirystate', quote: 'quotestate', invoice: 'invoicestate', credit_note: 'creditstate', payment: 'paymentstate' };
/** Where the words for the choices of a field stand. */
const CHOICES: Record<string, string> = {
  stage: 'stage',
  priority: 'priority',
  status: 'visit',
  state: 'taskstate',
  visibility: 'visibility',
  outcome: 'outcome',
  role: 'role',
  kind: 'kind',
  billing: 'billing',
  source: 'source',
};

/** A value as a person would write it. */
export function valueWord(field: string, value: unknown, lookup: Lookup, noun = ''): string {
  if (value === null || value === undefined || value === '') return t('value.none');
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no');
  if (typeof value === 'number') {
    if (CENTS.has(field) && lookup.amountOf) return lookup.amountOf(value);
    if (field.endsWith('4') && lookup.priceOf) return lookup.priceOf(value);
    if (field === 'qty3' && lookup.qtyOf) return lookup.qtyOf(value);
    if (field.endsWith('_bp')) return `${value / 100} %`;
  }
  if (typeof value === 'number') return field.endsWith('_s') ? formatDuration(value) : String(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  if (UUID.test(value)) return lookup.nameOf(value) ?? t('value.other');
  if (INSTANT.test(value)) return formatDateTime(value, lookup.zone, lookup.now);
  const stem = field === 'status' && STATES[noun] !== undefined ? STATES[noun] : field === 'state' && noun === 'quote_version' ? 'versionstate' : CHOICES[field];
  if (stem !== undefined) return wordFor(stem, value);
  return value;
}

export const fieldWord = (field: string) => wordFor('field', field);
export const nounWord = (noun: string) => wordFor('noun', noun);

/** Who is put on a visit, or taken off it. */
function memberOf(event: DiaryEvent, lookup: Lookup): string | undefined {
  if (event.noun !== 'appointment_person') return undefined;
  const change = event.changes.find(({ field }) => field === 'employee_id');
  return lookup.nameOf(String(change?.to ?? change?.from ?? ''));
}

function actOf(event: DiaryEvent, member: string | undefined): string {
  if (event.action === 'reveal' && event.noun === 'site') return 'revealSite';
  if (member !== undefined && event.action === 'create') return 'assign';
  if (member !== undefined && event.action === 'delete') return 'unassign';
  return event.action;
}

const ACTS = new Set(Object.keys(ICON));

export function describe(event: DiaryEvent, lookup: Lookup): Line {
  const who = event.actor.name || wordFor('actor', event.actor.kind);
  const many = (event.count ?? 1) > 1;
  const noun = many ? `${formatCount(event.count ?? 0)} ${wordFor('plural', event.noun).toLowerCase()}` : nounWord(event.noun === 'job' && lookup.ofOneJob ? 'this_job' : event.noun);
  const member = memberOf(event, lookup);
  const act = actOf(event, member);
  const text = ACTS.has(event.action)
    ? t(`act.${act}` as Key, { who, noun, name: member ?? '' })
    : t('act.other', { who, noun: noun || '–', what: event.action.replaceAll('_', ' ') });
  const whole = event.action === 'create' || event.action === 'delete';
  const differences = event.changes
    .filter(({ field }) => !SILENT.has(field) && !(field === 'stage' && event.changes.some((c) => c.field === 'status_id')))
    .filter(({ field }) => !(field === 'kind' && KINDLESS.has(event.noun)))
    // A new row says what it holds, not that everything was empty before; what is still empty says nothing.
    .filter(({ to, from, hidden }) => !whole || hidden || (to ?? from ?? '') !== '')
    .filter(({ field, to, from }) => !whole || !(field.endsWith('_id') || (to ?? from) === false || (to ?? from) === 0))
    .map(({ field, from, to, hidden }) => ({
      field: fieldWord(field),
      from: whole || (from ?? '') === '' ? '' : valueWord(field, from, lookup, event.noun),
      to: hidden ? t('value.hidden') : valueWord(field, whole ? (to ?? from) : to, lookup, event.noun),
    }));
  return { icon: ICON[event.action] ?? 'dot', text, differences };
}
