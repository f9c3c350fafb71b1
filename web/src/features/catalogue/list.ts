// The list of items outlives its page.

import { t } from '../../core/i18n.ts';
import type { Item, PriceList } from '../../core/types.ts';
import { RowList } from '../../ui/rowlist.svelte.ts';

export const ITEM_KINDS: readonly Item['kind'][] = ['product', 'labour', 'travel', 'fee', 'bundle'];

export const items = new RowList<Item>({
  path: '/catalogue',
  plural: 'items',
  sorts: [
    { sort: 'code', word: 'sort.code' },
    { sort: '-created_at', word: 'sort.newest' },
  ],
  filters: [
    {
      name: 'kind',
      label: 'filter.kind',
      choices: ITEM_KINDS.map((value) => ({ value, word: t(`itemkind.${value}`) })),
      filter: (kind) => ({ kind }),
    },
    {
      name: 'active',
      label: 'filter.active',
      toggle: true,
      choices: [{ value: '1', word: t('filter.active') }],
      filter: () => ({ active: true }),
    },
  ],
});

export const priceLists = new RowList<PriceList>({
  path: '/catalogue/lists',
  plural: 'price_lists',
  sorts: [{ sort: 'name', word: 'sort.name' }],
  filters: [],
});
