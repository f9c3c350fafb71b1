// Saves changed fields of a row that somebody else may have changed meanwhile. Fields that only one of the two
// touched are merged without a question; for the rest both values are shown and a person decides.

import { Problem } from '../core/api.ts';
import type { DiaryEvent, Page, Row } from '../core/types.ts';
import { session } from './session.svelte.ts';

export interface Clash {
  fields: { field: string; mine: unknown; theirs: unknown }[];
  who: string | null;
  at: string | null;
  answer: (mine: boolean) => void;
}

class Clashes {
  open = $state.raw<Clash | null>(null);
}

export const clashes = new Clashes();

const ROUNDS_MAX = 5;
type Fields = Record<string, unknown>;

export async function save<T extends Row>(plural: string, row: T, fields: Partial<T>): Promise<T> {
  let base: T = row;
  let mine = fields as Fields;
  for (let round = 1; ; round++) {
    try {
      return { ...base, ...(await session.api.patch<T>(plural, base, mine)) };
    } catch (error) {
      if (!(error instanceof Problem) || !error.current || round === ROUNDS_MAX) throw error;
      const current = error.current as T;
      const touched = Object.keys(mine).filter(
        (field) => (current as Fields)[field] !== (base as Fields)[field] && (current as Fields)[field] !== mine[field],
      );
      if (touched.length > 0 && !(await ask(plural, current, touched, mine))) {
        mine = Object.fromEntries(Object.entries(mine).filter(([field]) => !touched.includes(field)));
      }
      base = { ...base, ...current };
      if (Object.keys(mine).length === 0) return base;
    }
  }
}

async function ask(plural: string, current: Row, touched: string[], mine: Fields): Promise<boolean> {
  const last = await lastChange(plural, current.id, touched);
  return new Promise((resolve) => {
    clashes.open = {
      fields: touched.map((field) => ({ field, mine: mine[field], theirs: (current as unknown as Fields)[field] })),
      who: last?.actor.name ?? null,
      at: last?.at ?? null,
      answer: (keepMine) => {
        clashes.open = null;
        resolve(keepMine);
      },
    };
  });
}

/** Who changed it last. Without the diary the question is asked all the same, only without a name. */
async function lastChange(plural: string, id: string, fields: string[]): Promise<DiaryEvent | undefined> {
  try {
    const page = await session.api.get<Page<DiaryEvent>>(`/v1/${plural}/${id}/history?changes=1&limit=20`);
    return page.items.find(({ changes }) => changes.some(({ field }) => fields.includes(field)));
  } catch {
    return undefined;
  }
}
