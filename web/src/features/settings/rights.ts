// The table of rights, and its rows in words.

import type { GridRow, Right } from '../../core/grants.ts';
import { t, type Key } from '../../core/i18n.ts';
import { session } from '../../ui/session.svelte.ts';

export const readRights = async () => (await session.api.get<{ items: Right[] }>('/v1/rights')).items;

const VERBS: Record<string, Key> = { read: 'verb.read', create: 'verb.create', update: 'verb.update', delete: 'verb.delete' };

export function rightWord({ verb, doc }: Pick<GridRow, 'verb' | 'doc'>): string {
  const known = VERBS[verb];
  return known ? t(known) : doc;
}
