// Making a second factor, as the account page and the page for those who must have one both do.

import type { PasskeySetup, TotpSetup } from '../core/identity.ts';
import { makePasskey } from '../core/passkey.ts';
import { session } from './session.svelte.ts';

interface Made {
  /** The first factor brings them. */
  recovery_codes?: string[];
}

export const beginTotp = () => session.api.post<TotpSetup>('/v1/me/totp');

export async function confirmTotp(setup: string, code: string): Promise<readonly string[]> {
  const made = await session.api.post<Made | undefined>('/v1/me/totp/confirm', { setup, code });
  return made?.recovery_codes ?? [];
}

export async function addPasskey(name: string): Promise<readonly string[]> {
  const { setup, passkey } = await session.api.post<PasskeySetup>('/v1/me/passkeys/options');
  const made = await session.api.post<Made>('/v1/me/passkeys', { setup, name, ...(await makePasskey(passkey)) });
  return made.recovery_codes ?? [];
}
