// Instants travel as UTC text; people see the wall clock of the company, whatever their own computer says.

import { t } from './i18n.ts';

export interface Wall {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  /** 0 is Sunday. */
  weekday: number;
}

const DAY_MS = 24 * 3600 * 1000;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    });
    formats.set(zone, format);
  }
  return format;
}

export function wallOf(at: string | number, zone: string): Wall {
  const values: Record<string, number> = {};
  for (const part of formatOf(zone).formatToParts(new Date(at))) values[part.type] = Number(part.value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = values;
  return { year, month, day, hour, minute, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay() };
}

const two = (n: number) => n.toString().padStart(2, '0');

/** The calendar day of an instant in the zone, `2026-11-21`; it sorts and compares as text. */
export function dayOf(at: string | number, zone: string): string {
  const { year, month, day } = wallOf(at, zone);
  return `${year}-${two(month)}-${two(day)}`;
}

/**
 * `minutes` after midnight of a calendar day in the zone, as an instant. A time that the clock skips comes out later
 * by the jump; of a time that comes twice the first is meant. The server reads times in the same way.
 */
export function instantOf(day: string, minutes: number, zone: string): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const wanted = Date.UTC(year, month - 1, date, 0, minutes);
  const offsetAt = (ms: number) => {
    const wall = wallOf(ms, zone);
    return Date.UTC(wall.year, wall.month - 1, wall.day, wall.hour, wall.minute) - Math.floor(ms / 60000) * 60000;
  };
  const before = offsetAt(wanted - DAY_MS);
  const after = offsetAt(wanted + DAY_MS);
  const early = wanted - before;
  const late = wanted - after;
  const skipped = offsetAt(early) !== before && offsetAt(late) !== after;
  return new Date(skipped || offsetAt(early) === before ? early : late).toISOString();
}

export function addDays(day: string, days: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1, date + days)).toISOString().slice(0, 10);
}

export function minutesOf(at: string | number, zone: string): number {
  const { hour, minute } = wallOf(at, zone);
  return hour * 60 + minute;
}

export function formatTime(at: string | number, zone: string): string {
  const { hour, minute } = wallOf(at, zone);
  return `${two(hour)}:${two(minute)}`;
}

const names = (key: 'date.weekdays' | 'date.months') => t(key).split(' ');

/** "Sat 21 Nov" in this year, "21 Nov 2025" in any other. */
export function formatDate(at: string | number, zone: string, now: number): string {
  const wall = wallOf(at, zone);
  const text = `${wall.day} ${names('date.months')[wall.month - 1]}`;
  if (wall.year !== wallOf(now, zone).year) return `${text} ${wall.year}`;
  return `${names('date.weekdays')[wall.weekday]} ${text}`;
}

/** "Today", "Tomorrow", "Yesterday", else the date. */
export function formatDay(at: string | number, zone: string, now: number): string {
  const day = dayOf(at, zone);
  const today = dayOf(now, zone);
  if (day === today) return t('date.today');
  if (day === addDays(today, 1)) return t('date.tomorrow');
  if (day === addDays(today, -1)) return t('date.yesterday');
  return formatDate(at, zone, now);
}

export function formatDateTime(at: string | number, zone: string, now: number): string {
  return `${formatDay(at, zone, now)} ${formatTime(at, zone)}`;
}

/** "Today 09:00–11:00"; the second day is named only when there is one. */
export function formatSpan(from: string, until: string, zone: string, now: number): string {
  const end =
    dayOf(from, zone) === dayOf(until, zone) ? formatTime(until, zone) : formatDateTime(until, zone, now);
  return `${formatDateTime(from, zone, now)}–${end}`;
}
