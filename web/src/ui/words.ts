// What went wrong, in the words of the person at the screen.

import { Problem, Unreachable } from '../core/api.ts';
import { fieldWord } from '../core/diary.ts';
import { t, type Key } from '../core/i18n.ts';
import { PasskeyRefused } from '../core/passkey.ts';

/** What was typed cannot be used; the message says how to write it. */
export class Unfit extends Error {}

/** Failures of the server that it explains itself, better than we could. */
const SPEAKS = new Set(['unavailable', 'storage-full']);

const PASSKEY: Record<PasskeyRefused['why'], Key> = { cancelled: 'passkey.cancelled', known: 'passkey.known', unsupported: 'passkey.unsupported' };

/** "12 seconds", "3 minutes": rounded up, so that nobody comes too early. */
function waitWord(seconds: number): string {
  return seconds < 100 ? t('failure.seconds', { n: seconds }) : t('failure.minutes', { n: Math.ceil(seconds / 60) });
}

export function wordsFor(error: unknown): string {
  if (error instanceof Unfit) return error.message;
  if (error instanceof PasskeyRefused) return t(PASSKEY[error.why]);
  if (error instanceof Unreachable) return t('failure.unreachable');
  if (error instanceof Problem) {
    // Each fault names its field, which may stand elsewhere on the page or nowhere at all.
    const faults = error.faults.map(({ pointer, detail }) => `${fieldWord(pointer.split('/').pop() ?? '')}: ${detail}`);
    if (error.status === 429) return error.wait ? t('failure.waitFor', { wait: waitWord(error.wait) }) : t('failure.wait');
    if (error.status >= 500 && !SPEAKS.has(error.slug)) return t('failure.ours');
    return faults.length > 0 ? faults.join(' ') : error.message;
  }
  return t('failure.ours');
}
