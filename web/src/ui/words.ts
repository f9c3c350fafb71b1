// What went wrong, in the words of the person at the screen.

import { Problem, Unreachable } from '../core/api.ts';
import { fieldWord } from '../core/diary.ts';
import { t } from '../core/i18n.ts';

/** What was typed cannot be used; the message says how to write it. */
export class Unfit extends Error {}

/** Failures of the server that it explains itself, better than we could. */
const SPEAKS = new Set(['unavailable', 'storage-full']);

export function wordsFor(error: unknown): string {
  if (error instanceof Unfit) return error.message;
  if (error instanceof Unreachable) return t('failure.unreachable');
  if (error instanceof Problem) {
    // Each fault names its field, which may stand elsewhere on the page or nowhere at all.
    const faults = error.faults.map(({ pointer, detail }) => `${fieldWord(pointer.split('/').pop() ?? '')}: ${detail}`);
    if (error.status >= 500 && !SPEAKS.has(error.slug)) return t('failure.ours');
    return faults.length > 0 ? faults.join(' ') : error.message;
  }
  return t('failure.ours');
}
