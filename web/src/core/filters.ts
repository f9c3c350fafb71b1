// The filter of the jobs list. All of it stands in the address, so that Back, reload and a shared link work;
// the words a person searches for do not, because they may name somebody.

import { addDays, instantOf } from './time.ts';
import { PRIORITIES, STAGES, type Me, type Priority, type Search, type Stage } from './types.ts';

export const SORTS = ['-created_at', '-requested_at', '-updated_at'] as const;
export type Sort = (typeof SORTS)[number];

export interface JobFilter {
  stages: Stage[];
  priorities: Priority[];
  types: string[];
  mine: boolean;
  /** Calendar days in the company's zone, both included; '' is open. */
  from: string;
  until: string;
  sort: Sort;
}

export const NO_FILTER: JobFilter = {
  stages: [],
  priorities: [],
  types: [],
  mine: false,
  from: '',
  until: '',
  sort: '-created_at',
};

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const UUID = /^[0-9a-f-]{36}$/;

/** Reads an address; whatever it does not understand is left out, an address is not to be trusted. */
export function readFilter(query: URLSearchParams): JobFilter {
  const list = (name: string) => (query.get(name) ?? '').split(',').filter(Boolean);
  const day = (name: string) => {
    const text = query.get(name) ?? '';
    return DAY.test(text) ? text : '';
  };
  const sort = query.get('sort');
  return {
    stages: STAGES.filter((stage) => list('stage').includes(stage)),
    priorities: PRIORITIES.filter((priority) => list('priority').includes(priority)),
    types: list('type').filter((id) => UUID.test(id)),
    mine: query.get('mine') === '1',
    from: day('from'),
    until: day('until'),
    sort: SORTS.find((known) => known === sort) ?? NO_FILTER.sort,
  };
}

/** `?stage=new,scheduled&mine=1`, or nothing at all when nothing is filtered. */
export function writeFilter(filter: JobFilter): string {
  const query = new URLSearchParams();
  if (filter.stages.length > 0) query.set('stage', filter.stages.join(','));
  if (filter.priorities.length > 0) query.set('priority', filter.priorities.join(','));
  if (filter.types.length > 0) query.set('type', filter.types.join(','));
  if (filter.mine) query.set('mine', '1');
  if (filter.from) query.set('from', filter.from);
  if (filter.until) query.set('until', filter.until);
  if (filter.sort !== NO_FILTER.sort) query.set('sort', filter.sort);
  const text = query.toString().replaceAll('%2C', ',');
  return text === '' ? '' : `?${text}`;
}

/** How many filters narrow the list; the order is not one of them. */
export function countFilters(filter: JobFilter): number {
  const { stages, priorities, types, mine, from, until } = filter;
  return [stages.length, priorities.length, types.length, mine, from || until].filter(Boolean).length;
}

export function jobSearch(filter: JobFilter, words: string, me: Me): Search {
  const wanted: Record<string, unknown> = {};
  if (filter.stages.length > 0) wanted['stage'] = filter.stages;
  if (filter.priorities.length > 0) wanted['priority'] = filter.priorities;
  if (filter.types.length > 0) wanted['job_type_id'] = filter.types;
  if (filter.from || filter.until) {
    const zone = me.tenant.timezone;
    const from = filter.from ? instantOf(filter.from, 0, zone) : '';
    const until = filter.until ? instantOf(addDays(filter.until, 1), 0, zone) : '';
    // The server's way to write "from, included, until, excluded"; an empty end is open.
    wanted['created_at'] = `${from}..${until}`;
  }
  const search: Search = {
    sort: filter.sort,
    expand: ['customer_id', 'site_id', 'status_id', 'job_type_id', 'lead_id'],
  };
  if (filter.mine && me.employee_id) search.own = true;
  if (Object.keys(wanted).length > 0) search.filter = wanted;
  if (words.trim() !== '') search.q = words.trim();
  return search;
}
