// What to offer to whom. The server refuses what is not allowed; hiding it here only spares people the refusal.

import type { Me } from './types.ts';

const OFFICE = new Set(['owner', 'admin', 'dispatcher']);
const HEAD = new Set(['owner', 'admin']);

export const isOffice = (me: Me) => OFFICE.has(me.role);
export const mayImport = (me: Me) => HEAD.has(me.role);
export const mayAudit = (me: Me) => HEAD.has(me.role);
export const mayRead = (me: Me, noun: string) => me.rights.includes(`${noun}.read`);

/** Where somebody begins the day. */
export const homeOf = (me: Me) => (me.role === 'technician' ? '/day' : '/jobs');
