// Times of day and durations as people type them.

const HOUR = 3600;
export const HALF_DAY_S = 4 * HOUR;
const DAY_S = 8 * HOUR;

export interface ClockEntry {
  /** Minutes after midnight. */
  minutes: number;
  /** Some words say how long as well: "half day". */
  seconds?: number;
}

const CLOCK_WORDS: Record<string, ClockEntry> = {
  noon: { minutes: 12 * 60 },
  midday: { minutes: 12 * 60 },
  morning: { minutes: 8 * 60, seconds: HALF_DAY_S },
  afternoon: { minutes: 13 * 60, seconds: HALF_DAY_S },
  'half day': { minutes: 8 * 60, seconds: HALF_DAY_S },
  day: { minutes: 8 * 60, seconds: DAY_S },
  'full day': { minutes: 8 * 60, seconds: DAY_S },
  'all day': { minutes: 8 * 60, seconds: DAY_S },
};

const plain = (text: string) => text.trim().toLowerCase().replace(/\s+|(?<=[a-z])-(?=[a-z])/g, ' ');

/** "9", "930", "0930", "9:30", "9.30", "9h30", "2pm", "half day" → minutes; null if it is no time of day. */
export function parseClock(text: string): ClockEntry | null {
  const typed = plain(text);
  const word = CLOCK_WORDS[typed];
  if (word) return word;
  const found =
    /^(\d{1,2})(?:[:.h](\d{2})|h)? ?([ap])?\.?m?\.?$/.exec(typed) ?? /^(\d{1,2})(\d{2})() ?$/.exec(typed);
  if (!found) return null;
  let hour = Number(found[1]);
  const minute = Number(found[2] ?? 0);
  const half = found[3];
  if (half && (hour < 1 || hour > 12)) return null;
  if (half) hour = (hour % 12) + (half === 'p' ? 12 : 0);
  if (hour > 23 || minute > 59) return null;
  return { minutes: hour * 60 + minute };
}

export function formatClock(minutes: number): string {
  const two = (n: number) => n.toString().padStart(2, '0');
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/**
 * "1:20", "80m", "1h20", "1.5h", "1,5 h", "half day" → seconds; null if it is no duration.
 * A bare number up to 12, or with a fraction, means hours, a larger one minutes: nobody plans a visit of 2 minutes
 * or of 45 hours.
 */
export function parseDuration(text: string): number | null {
  const typed = plain(text);
  if (typed === 'half day') return HALF_DAY_S;
  if (typed === 'day' || typed === 'full day' || typed === 'all day') return DAY_S;
  const colon = /^(\d{1,2}):([0-5]\d)$/.exec(typed);
  if (colon) return positive(Number(colon[1]) * HOUR + Number(colon[2]) * 60);
  const fraction = /^(\d{1,2})[.,](\d{1,2})$/.exec(typed);
  if (fraction) return positive(Math.round(Number(`${fraction[1]}.${fraction[2]}`) * 60) * 60);
  const found = /^(?:(\d+(?:[.,]\d+)?) ?(?:h|hr|hrs|hours?))? ?(?:(\d+) ?(?:m|min|mins|minutes?)?)?$/.exec(typed);
  if (!found || typed === '') return null;
  const hours = found[1];
  const rest = found[2];
  if (hours !== undefined)
    return positive(Math.round(Number(hours.replace(',', '.')) * 60) * 60 + Number(rest ?? 0) * 60);
  const bare = Number(rest);
  const saysMinutes = /[a-z]$/.test(typed);
  return positive(saysMinutes || bare > 12 ? bare * 60 : bare * HOUR);
}

const positive = (seconds: number) => (seconds > 0 && seconds <= 31 * 24 * HOUR ? seconds : null);

/** 4800 → "1:20". */
export function formatDuration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)}:${(minutes % 60).toString().padStart(2, '0')}`;
}
