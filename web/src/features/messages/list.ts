// The lists of messages and templates outlive their pages.

import { t, wordFor } from '../../core/i18n.ts';
import { MESSAGE_STATUSES, type Message, type Template } from '../../core/messages.ts';
import { RowList } from '../../ui/rowlist.svelte.ts';

export const KINDS = [
  'quote_sent', 'invoice_sent', 'credit_note_sent', 'payment_thanks', 'enquiry_received', 'appointment_set', 'statement', 'portal_code',
  'question_received', 'details_changed', 'marketing', 'test',
] as const;
export const CHANNELS = ['email', 'sms', 'whatsapp'] as const;
export const LANGUAGES = ['en', 'af', 'zu', 'xh', 'st', 'tn', 'nso', 'ts', 'ss', 've', 'nr'] as const;
export const kindWord = (kind: string) => wordFor('messagekind', kind);

export const messages = new RowList<Message>({
  path: '/messages',
  plural: 'messages',
  sorts: [{ sort: '-created_at', word: 'sort.newest' }],
  filters: [
    {
      name: 'status',
      label: 'filter.status',
      choices: MESSAGE_STATUSES.map((value) => ({ value, word: t(`messagestate.${value}`) })),
      filter: (status) => ({ status }),
    },
    {
      name: 'kind',
      label: 'filter.kind',
      choices: KINDS.map((value) => ({ value, word: kindWord(value) })),
      filter: (kind) => ({ kind }),
    },
  ],
  expand: ['customer_id'],
});

export const templates = new RowList<Template>({
  path: '/messages/templates',
  plural: 'templates',
  sorts: [{ sort: '-created_at', word: 'sort.newest' }],
  filters: [
    {
      name: 'kind',
      label: 'filter.kind',
      choices: KINDS.map((value) => ({ value, word: kindWord(value) })),
      filter: (kind) => ({ kind }),
    },
  ],
});
