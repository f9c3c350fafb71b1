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

/** What belongs to settings, in the order of its tabs: who may see any of it has the place. */
export const SETTINGS = [
  { path: '/settings', label: 'people.title', right: 'membership.read' },
  { path: '/settings/roles', label: 'roles.title', right: 'role.read' },
  { path: '/settings/unused', label: 'unused.title', right: 'role.read' },
  { path: '/settings/reviews', label: 'reviews.title', right: 'access_review.read' },
  { path: '/settings/keys', label: 'keys.title', right: 'api_key.read' },
  { path: '/settings/signin', label: 'signinrules.title', right: 'membership.update' },
  { path: '/settings/machines', label: 'machines.title', right: 'known_device.read' },
  { path: '/settings/support', label: 'support.title', right: 'support_grant.read' },
  { path: '/settings/alerts', label: 'alerts.title', right: 'security_alert.read' },
] as const;
export const maySettings = (me: Me) => SETTINGS.some(({ right }) => may(me, right));
/** The first of them that somebody may see. */
export const settingsOf = (me: Me) => SETTINGS.find(({ right }) => may(me, right))?.path ?? '/settings';

/** Where somebody begins the day. */
export const homeOf = (me: Me) => (me.role === 'technician' ? '/day' : '/jobs');
