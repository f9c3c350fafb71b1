// What to offer to whom. The server refuses what is not allowed; hiding it here only spares people the refusal.

import type { Me } from './types.ts';

/** `right` is one of the server's own names, such as "job.schedule". */
export const may = (me: Me, right: string) => me.rights.includes(right);

/** Plans the work of others, as against doing his own. */
export const isOffice = (me: Me) => may(me, 'job.schedule');
/** Those for whom the list of customers is work: a technician sees only the people he is sent to. */
export const isOfficeOrBooks = (me: Me) => may(me, 'customer.read') && (isOffice(me) || may(me, 'payment.read'));
export const mayImport = (me: Me) => may(me, 'import_batch.create');
export const mayAudit = (me: Me) => may(me, 'audit.read');

/** Where somebody begins the day. */
export const homeOf = (me: Me) => (me.role === 'technician' ? '/day' : '/jobs');
