// What went wrong, in the words of the person at the screen.

import { Problem, Unreachable } from '../core/api.ts';
import { t } from '../core/i18n.ts';

/** What was typed cannot be used; the message says how to write it. */
export class Unfit extends Error {}

export function wordsFor(error: unknown): string {
  if (error instanceof Unfit) return error.message;
  if (error instanceof Unreachable) return t('failure.unreachable');
  if (error instanceof Problem) {
    const faults = error.faults.map(({ detail }) => detail).filter(Boolean);
    return faults.length > 0 ? faults.join(' ') : error.message;
  }
  return t('failure.ours');
}
