// The list of plans outlives its page.

import { t } from '../../core/i18n.ts';
import type { Tone } from '../../core/stages.ts';
import type { RecurringPlan } from '../../core/types.ts';
import { RowList } from '../../ui/rowlist.svelte.ts';

export const PLAN_SIGN: Record<RecurringPlan['state'], { icon: string; tone: Tone }> = {
  active: { icon: 'retry', tone: 'good' },
  paused: { icon: 'pause', tone: 'wait' },
  ended: { icon: 'cross', tone: 'off' },
};
export const PLAN_STATES = Object.keys(PLAN_SIGN) as RecurringPlan['state'][];

export const plans = new RowList<RecurringPlan>({
  path: '/plans',
  plural: 'recurring_plans',
  sorts: [{ sort: '-created_at', word: 'sort.newest' }],
  filters: [
    {
      name: 'state',
      label: 'filter.status',
      choices: PLAN_STATES.map((value) => ({ value, word: t(`planstate.${value}`) })),
      filter: (state) => ({ state }),
    },
  ],
  expand: ['customer_id', 'site_id', 'job_type_id'],
});
