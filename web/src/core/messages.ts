// Messages to customers: how far they are, what can be done with them, and for which records there are templates.

import type { Tone } from './stages.ts';
import type { Row } from './types.ts';

export type Channel = 'email' | 'sms' | 'whatsapp';
export type MessageStatus = 'queued' | 'sending' | 'sent' | 'delivered' | 'failed' | 'bounced' | 'cancelled';

export interface Message extends Row {
  created_at: string;
  kind: string;
  channel: Channel;
  class: 'transactional' | 'statutory' | 'marketing';
  status: MessageStatus;
  recipient: string;
  recipient_name: string | null;
  subject: string | null;
  body: string;
  customer_id: string | null;
  enquiry_id: string | null;
  quote_id: string | null;
  invoice_id: string | null;
  credit_note_id: string | null;
  job_id: string | null;
  automatic: boolean;
  attempts: number;
  next_try_at: string | null;
  sent_at: string | null;
  error: string | null;
  answer: string | null;
  with_pdf: boolean;
  tls: boolean;
  customer?: { id: string; name: string };
}

export interface Template extends Row {
  name: string;
  kind: string;
  channel: Channel;
  language: string;
  class: 'transactional' | 'statutory' | 'marketing';
  subject: string | null;
  body: string;
  active: boolean;
}

export interface TemplatePreview {
  subject: string | null;
  body: string;
  channel: Channel;
  language: string;
}

export const MESSAGE_SIGN: Record<MessageStatus, { icon: string; tone: Tone }> = {
  queued: { icon: 'clock', tone: 'wait' },
  sending: { icon: 'upload', tone: 'busy' },
  sent: { icon: 'check', tone: 'info' },
  delivered: { icon: 'checks', tone: 'good' },
  failed: { icon: 'alarm', tone: 'due' },
  bounced: { icon: 'undo', tone: 'due' },
  cancelled: { icon: 'cross', tone: 'off' },
};
export const MESSAGE_STATUSES = Object.keys(MESSAGE_SIGN) as MessageStatus[];

export const canRetry = ({ status }: Pick<Message, 'status'>) => status === 'failed' || status === 'bounced';
export const canCancel = ({ status }: Pick<Message, 'status'>) => status === 'queued';

/** Where the record is that a message is about. */
export function aboutPath(message: Message): string | null {
  if (message.credit_note_id) return `/invoices/credits/${message.credit_note_id}`;
  if (message.invoice_id) return `/invoices/${message.invoice_id}`;
  if (message.quote_id) return `/quotes/${message.quote_id}`;
  if (message.job_id) return `/jobs/${message.job_id}`;
  if (message.enquiry_id) return `/enquiries/${message.enquiry_id}`;
  return message.customer_id ? `/customers/${message.customer_id}` : null;
}
