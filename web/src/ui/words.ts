// What went wrong, in the words of the person at the screen.

import { Problem, Unreachable } from '../core/api.ts';
import { t } from '../core/i18n.ts';

export function wordsFor(error: unknown): string {
  if (error instanceof Unreachable) return t('failure.unreachable');
  if (error instanceof Problem) {
    const faults = error.faults.map(({ detail }) => detail).filter(Boolean);
    return faults.length > 0 ? faults.join(' ') : error.message;
  }
  return t('failure.ours');
}
