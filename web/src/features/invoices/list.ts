// The lists of invoices, credit notes and payments outlive their pages.

import { t } from '../../core/i18n.ts';
import { INVOICE_STATES, OWED_STATES } from '../../core/papers.ts';
import type { CreditNote, Invoice, Payment } from '../../core/types.ts';
import { today } from '../../ui/money.svelte.ts';
import { RowList } from '../../ui/rowlist.svelte.ts';

const NEWEST = { sort: '-created_at', word: 'sort.newest' } as const;
/** Before any company's first invoice. */
const LONG_AGO = '1990-01-01';

export const invoices = new RowList<Invoice>({
  path: '/invoices',
  plural: 'invoices',
  sorts: [NEWEST],
  filters: [
    {
      name: 'status',
      label: 'filter.status',
      choices: INVOICE_STATES.map((value) => ({ value, word: t(`invoicestate.${value}`) })),
      filter: (status) => ({ status }),
    },
    {
      name: 'overdue',
      label: 'filter.overdue',
      toggle: true,
      choices: [{ value: '1', word: t('filter.overdue') }],
      // Computed, never stored: something is owed and its day is past.
      filter: () => ({ status: [...OWED_STATES], due_date: `${LONG_AGO}..${today()}` }),
    },
  ],
  expand: ['customer_id', 'job_id'],
});

export const creditNotes = new RowList<CreditNote>({
  path: '/invoices/credits',
  plural: 'credit_notes',
  sorts: [NEWEST],
  filters: [
    {
      name: 'status',
      label: 'filter.status',
      choices: (['draft', 'approved', 'allocated'] as const).map((value) => ({ value, word: t(`creditstate.${value}`) })),
      filter: (status) => ({ status }),
    },
  ],
  expand: ['customer_id', 'invoice_id'],
});

export const payments = new RowList<Payment>({
  path: '/invoices/payments',
  plural: 'payments',
  sorts: [NEWEST, { sort: '-date', word: 'sort.paid' }],
  filters: [
    {
      name: 'status',
      label: 'filter.status',
      choices: (['recorded', 'allocated', 'reversed'] as const).map((value) => ({ value, word: t(`paymentstate.${value}`) })),
      filter: (status) => ({ status }),
    },
    {
      name: 'method',
      label: 'filter.method',
      choices: (['eft', 'cash', 'card', 'cheque', 'link', 'other'] as const).map((value) => ({ value, word: t(`method.${value}`) })),
      filter: (method) => ({ method }),
    },
  ],
  expand: ['customer_id'],
});
