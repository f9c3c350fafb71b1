// Names for the ids that stand in a diary, from what the screen has read anyway.

import type { Lookup } from '../core/diary.ts';
import { money, price, quantity } from './money.svelte.ts';
import { reference } from './reference.svelte.ts';
import { whoIs } from './session.svelte.ts';

export function lookup(more: (id: string) => string | undefined = () => undefined): Lookup {
  const me = whoIs();
  return {
    zone: me.tenant.timezone,
    now: Date.now(),
    amountOf: (cents) => money(cents),
    priceOf: (e4) => price(e4),
    qtyOf: quantity,
    nameOf: (id) =>
      reference.statusOf(id)?.name ??
      reference.personOf(id)?.name ??
      reference.typeOf(id)?.name ??
      (id === me.user.id ? me.user.name : more(id)),
  };
}
