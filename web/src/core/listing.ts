// What narrows a list: choices that stand in the address, so that Back, reload and a shared link work. The words that a
// person searches for do not, because they may name somebody.

import type { Key } from './i18n.ts';
import type { Search } from './types.ts';

export interface Choice {
  value: string;
  word: string;
}

export interface ListFilterSpec {
  /** In the address. */
  name: string;
  label: Key;
  choices: readonly Choice[];
  /** What the server is asked for the chosen values. */
  filter: (values: string[]) => Record<string, unknown>;
  /** Switched on and off by one button instead of a menu. */
  toggle?: boolean;
}

export interface ListSpec {
  path: string;
  plural: string;
  filters: readonly ListFilterSpec[];
  /** The first is the usual one. */
  sorts: readonly { sort: string; word: Key }[];
  expand?: string[];
  /** What always holds, such as the customer of this page. */
  fixed?: Record<string, unknown>;
}

export interface ListFilter {
  chosen: Record<string, string[]>;
  sort: string;
}

/** Reads an address; whatever it does not understand is left out, an address is not to be trusted. */
export function readListFilter(spec: ListSpec, query: URLSearchParams): ListFilter {
  const chosen: Record<string, string[]> = {};
  for (const { name, choices } of spec.filters) {
    const wanted = (query.get(name) ?? '').split(',');
    const found = choices.filter(({ value }) => wanted.includes(value)).map(({ value }) => value);
    if (found.length > 0) chosen[name] = found;
  }
  const sort = query.get('sort');
  return { chosen, sort: spec.sorts.find((known) => known.sort === sort)?.sort ?? spec.sorts[0]?.sort ?? '-created_at' };
}

export function writeListFilter(spec: ListSpec, filter: ListFilter): string {
  const query = new URLSearchParams();
  for (const { name } of spec.filters) {
    const values = filter.chosen[name];
    if (values && values.length > 0) query.set(name, values.join(','));
  }
  if (filter.sort !== spec.sorts[0]?.sort) query.set('sort', filter.sort);
  const text = query.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

export const countChosen = (filter: ListFilter) => Object.keys(filter.chosen).length;

export function withChoice(filter: ListFilter, name: string, values: string[]): ListFilter {
  const { [name]: _, ...others } = filter.chosen;
  return { ...filter, chosen: values.length > 0 ? { ...others, [name]: values } : others };
}

export function listSearch(spec: ListSpec, filter: ListFilter, words: string): Search {
  let wanted: Record<string, unknown> = { ...spec.fixed };
  for (const one of spec.filters) {
    const values = filter.chosen[one.name];
    if (values) wanted = { ...wanted, ...one.filter(values) };
  }
  const search: Search = { sort: filter.sort };
  if (spec.expand) search.expand = spec.expand;
  if (Object.keys(wanted).length > 0) search.filter = wanted;
  if (words.trim() !== '') search.q = words.trim();
  return search;
}
