// What the fixed stages and the states of a visit mean for the screen: their order, their sign, and which
// act comes next. The server decides what is allowed; this only decides what is offered first.

import type { Priority, Stage, VisitStatus } from './types.ts';

/** Colour is never the only sign: each stage and state has an icon of its own and is always written out. */
export const STAGE_ICON: Record<Stage, string> = {
  new: 'spark',
  scheduled: 'calendar',
  in_progress: 'play',
  on_hold: 'pause',
  work_done: 'check',
  to_invoice: 'receipt',
  closed: 'checks',
  cancelled: 'cross',
};

export const VISIT_ICON: Record<VisitStatus, string> = {
  planned: 'calendar',
  confirmed: 'lock',
  dispatched: 'phone',
  travelling: 'van',
  on_site: 'pin',
  finished: 'check',
  incomplete: 'half',
  no_access: 'door',
  cancelled: 'cross',
};

export const PRIORITY_ICON: Record<Priority, string> = {
  low: 'down',
  normal: 'dot',
  high: 'up',
  emergency: 'alarm',
};

export const CLOSED_STAGES: readonly Stage[] = ['closed', 'cancelled'];

export type VisitAct = 'confirm' | 'travel' | 'arrive' | 'finish' | 'incomplete' | 'no_access' | 'cancel';

/** Acts that need a word of explanation from the person. */
export const ACTS_WITH_REASON: readonly VisitAct[] = ['incomplete', 'no_access', 'cancel'];

export interface VisitChoice {
  /** The usual next act: one large button. */
  next: VisitAct | null;
  others: VisitAct[];
}

const CHOICES: Record<VisitStatus, VisitChoice> = {
  planned: { next: 'travel', others: ['arrive', 'confirm', 'cancel'] },
  confirmed: { next: 'travel', others: ['arrive', 'cancel'] },
  dispatched: { next: 'travel', others: ['arrive', 'cancel'] },
  travelling: { next: 'arrive', others: ['no_access', 'cancel'] },
  on_site: { next: 'finish', others: ['incomplete', 'no_access'] },
  finished: { next: null, others: [] },
  incomplete: { next: null, others: [] },
  no_access: { next: null, others: [] },
  cancelled: { next: null, others: [] },
};

/** Confirming and cancelling are the office's business; a technician is shown only his own acts. */
export function visitChoice(status: VisitStatus, office: boolean): VisitChoice {
  const { next, others } = CHOICES[status];
  return { next, others: others.filter((act) => office || (act !== 'confirm' && act !== 'cancel')) };
}

export const isVisitOpen = (status: VisitStatus) => CHOICES[status].next !== null;

export type Tone = 'info' | 'plan' | 'busy' | 'wait' | 'good' | 'due' | 'calm' | 'off';

export const STAGE_TONE: Record<Stage, Tone> = {
  new: 'info',
  scheduled: 'plan',
  in_progress: 'busy',
  on_hold: 'wait',
  work_done: 'good',
  to_invoice: 'due',
  closed: 'calm',
  cancelled: 'off',
};

export const VISIT_TONE: Record<VisitStatus, Tone> = {
  planned: 'plan',
  confirmed: 'plan',
  dispatched: 'plan',
  travelling: 'busy',
  on_site: 'busy',
  finished: 'good',
  incomplete: 'wait',
  no_access: 'wait',
  cancelled: 'off',
};
