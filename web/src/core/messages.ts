// Messages to customers: how far they are, what can be done with them, and for which records there are templates.

import type { Tone } from './stages.ts';
import type * as row from '../../../spec/types.ts';
import type { Named } from './types.ts';

export type { Template } from '../../../spec/types.ts';

export interface Message extends row.Message {
  customer?: Named;
}

export type Channel = row.Message['channel'];
export type MessageStatus = row.Message['status'];

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
