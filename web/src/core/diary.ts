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
  read: 'eye',
  reveal: 'eye',
  export: 'download',
  sign_in: 'person',
  sign_in_refused: 'lock',
  sign_out: 'exit',
};

/** What people need not read: the machine's own book-keeping. */
const SILENT = new Set(['id', 'version', 'created_at', 'updated_at', 'created_by', 'updated_by', 'seq', 'position']);
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/;
const CHOICES = new Set(['stage', 'priority', 'status', 'state', 'visibility', 'outcome', 'role', 'kind', 'billing']);

/** A value as a person would write it. */
export function valueWord(field: string, value: unknown, lookup: Lookup): string {
  if (value === null || value === undefined || value === '') return t('value.none');
  if (typeof value === 'boolean') return t(value ? 'value.yes' : 'value.no');
  if (typeof value === 'number') return field.endsWith('_s') ? formatDuration(value) : String(value);
  if (typeof value !== 'string') return JSON.stringify(value);
  if (UUID.test(value)) return lookup.nameOf(value) ?? t('value.other');
  if (INSTANT.test(value)) return formatDateTime(value, lookup.zone, lookup.now);
  if (CHOICES.has(field)) return choiceWord(value);
  return value;
}

function choiceWord(value: string): string {
  for (const stem of ['stage', 'priority', 'visit', 'taskstate', 'visibility', 'role'] as const) {
    const word = wordFor(stem, value);
    if (word !== value.replaceAll('_', ' ')) return word;
  }
  return value.replaceAll('_', ' ');
}

export const fieldWord = (field: string) => wordFor('field', field);
export const nounWord = (noun: string) => wordFor('noun', noun);

const ACTS = new Set(Object.keys(ICON));

export function describe(event: DiaryEvent, lookup: Lookup): Line {
  const who = event.actor.name || wordFor('actor', event.actor.kind);
  const many = (event.count ?? 1) > 1;
  const noun = many ? `${formatCount(event.count ?? 0)} × ${wordFor('plural', event.noun).toLowerCase()}` : nounWord(event.noun);
  const act = event.action === 'reveal' && event.noun === 'site' ? 'revealSite' : event.action;
  const text = ACTS.has(event.action)
    ? t(`act.${act}` as Key, { who, noun })
    : t('act.other', { who, noun: noun || '–', what: event.action.replaceAll('_', ' ') });
  const whole = event.action === 'create' || event.action === 'delete';
  const differences = event.changes
    .filter(({ field }) => !SILENT.has(field) && !(field === 'stage' && event.changes.some((c) => c.field === 'status_id')))
    // A new row says what it holds, not that everything was empty before; what is still empty says nothing.
    .filter(({ to, from }) => !whole || (to ?? from ?? '') !== '')
    .filter(({ field }) => !whole || !field.endsWith('_id'))
    .map(({ field, from, to }) => ({
      field: fieldWord(field),
      from: whole ? '' : valueWord(field, from, lookup),
      to: valueWord(field, to ?? from, lookup),
    }));
  return { icon: ICON[event.action] ?? 'dot', text, differences };
}
