// The list of quotes outlives its page.

import { t } from '../../core/i18n.ts';
import { QUOTE_STATES } from '../../core/papers.ts';
import type { Quote } from '../../core/types.ts';
import { RowList } from '../../ui/rowlist.svelte.ts';

export const quotes = new RowList<Quote>({
  path: '/quotes',
  plural: 'quotes',
  sorts: [{ sort: '-created_at', word: 'sort.newest' }],
  filters: [
    {
      name: 'status',
      label: 'filter.status',
      choices: QUOTE_STATES.map((value) => ({ value, word: t(`quotestate.${value}`) })),
      filter: (status) => ({ status }),
    },
    {
      name: 'kind',
      label: 'filter.kind',
      choices: (['quote', 'variation'] as const).map((value) => ({ value, word: t(`quotekind.${value}`) })),
      filter: (kind) => ({ kind }),
    },
  ],
  expand: ['customer_id', 'job_id'],
});
