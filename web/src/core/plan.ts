// Planning a visit: what is proposed before anybody types, and what the typed words come to.

import { formatClock, formatDuration, parseClock, parseDuration } from './entry.ts';
import { addDays, dayOf, instantOf, minutesOf } from './time.ts';

export interface Plan {
  day: string;
  start: string;
  duration: string;
}

const DAY_BEGINS = 8 * 60;
const DAY_ENDS = 17 * 60;
export const USUAL_S = 90 * 60;

/** The next full hour of the working day, not before the day on which the work is due to begin. */
export function proposal(now: number, zone: string, seconds: number): Plan {
  const next = Math.max(DAY_BEGINS, (Math.floor(minutesOf(now, zone) / 60) + 1) * 60);
  const today = dayOf(now, zone);
  const fits = next + seconds / 60 <= DAY_ENDS;
  return {
    day: fits ? today : addDays(today, 1),
    start: formatClock(fits ? next : DAY_BEGINS),
    duration: formatDuration(seconds),
  };
}

export interface Span {
  start_at: string;
  end_at: string;
  all_day: boolean;
}

/** The visit in instants, or which of the fields cannot be read. */
export function spanOf(plan: Plan, allDay: boolean, zone: string): Span | 'day' | 'start' | 'duration' {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(plan.day)) return 'day';
  if (allDay)
    return {
      start_at: instantOf(plan.day, 0, zone),
      end_at: instantOf(addDays(plan.day, 1), 0, zone),
      all_day: true,
    };
  const clock = parseClock(plan.start);
  if (!clock) return 'start';
  const seconds = parseDuration(plan.duration);
  if (seconds === null) return 'duration';
  const start_at = instantOf(plan.day, clock.minutes, zone);
  return { start_at, end_at: new Date(Date.parse(start_at) + seconds * 1000).toISOString(), all_day: false };
}
