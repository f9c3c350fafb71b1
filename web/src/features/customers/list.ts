// The list of customers outlives its page.

import { t } from '../../core/i18n.ts';
import type { Customer } from '../../core/types.ts';
import { RowList } from '../../ui/rowlist.svelte.ts';

export const customers = new RowList<Customer>({
  path: '/customers',
  plural: 'customers',
  sorts: [{ sort: '-created_at', word: 'sort.newest' }],
  filters: [
    {
      name: 'kind',
      label: 'filter.kind',
      choices: (['person', 'company'] as const).map((value) => ({ value, word: t(`kind.${value}`) })),
      filter: (kind) => ({ kind }),
    },
  ],
});
