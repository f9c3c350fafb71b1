// The list of enquiries outlives its page.

import { t } from '../../core/i18n.ts';
import { ENQUIRY_STATES } from '../../core/papers.ts';
import type { Enquiry } from '../../core/types.ts';
import { RowList } from '../../ui/rowlist.svelte.ts';

export const SOURCES: readonly Enquiry['source'][] = ['phone', 'email', 'web', 'whatsapp', 'portal', 'walk_in', 'referral', 'other'];

export const enquiries = new RowList<Enquiry>({
  path: '/enquiries',
  plural: 'enquiries',
  sorts: [
    { sort: '-requested_at', word: 'sort.asked' },
    { sort: '-created_at', word: 'sort.newest' },
  ],
  filters: [
    {
      name: 'status',
      label: 'filter.status',
      choices: ENQUIRY_STATES.map((value) => ({ value, word: t(`enquirystate.${value}`) })),
      filter: (status) => ({ status }),
    },
    {
      name: 'source',
      label: 'filter.source',
      choices: SOURCES.map((value) => ({ value, word: t(`source.${value}`) })),
      filter: (source) => ({ source }),
    },
  ],
  expand: ['customer_id', 'owner_id'],
});
