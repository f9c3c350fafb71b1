// Passkeys: what the server sends as text becomes what the browser's WebAuthn takes, and back.

import { fromBase64url, toBase64url } from './base64url.ts';

interface Known {
  id: string;
}

/** For proving that one has a passkey. No `allowCredentials`: any that the device knows for us. */
export interface PasskeyAsk {
  challenge: string;
  rpId: string;
  timeout?: number;
  userVerification?: UserVerificationRequirement;
  allowCredentials?: Known[];
}

/** For making one. */
export interface PasskeyOffer {
  challenge: string;
  rp: { id: string; name: string };
  user: { id: string; name: string; displayName: string };
  pubKeyCredParams: { alg: number }[];
  timeout?: number;
  excludeCredentials?: Known[];
  authenticatorSelection?: AuthenticatorSelectionCriteria;
  attestation?: AttestationConveyancePreference;
}

/** What `POST /v1/login` and `…/step_up` take as `passkey`. */
export interface PasskeyProof {
  id: string;
  client_data: string;
  authenticator_data: string;
  signature: string;
  user_handle?: string;
}

export interface NewPasskey {
  client_data: string;
  attestation: string;
}

/** Why there is no passkey: the person or the device said no, or there is one already. */
export class PasskeyRefused extends Error {
  readonly why: 'cancelled' | 'known' | 'unsupported';

  constructor(why: PasskeyRefused['why'], cause?: unknown) {
    super(why, { cause });
    this.why = why;
  }
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const bytes = fromBase64url(text);
  if (!bytes) throw new TypeError('the server sent options that are no base64url');
  return bytes;
}

const knownOf = (list: Known[] = []) => list.map(({ id }) => ({ type: 'public-key' as const, id: bytesOf(id) }));

export function requestOf(ask: PasskeyAsk): PublicKeyCredentialRequestOptions {
  return {
    challenge: bytesOf(ask.challenge),
    rpId: ask.rpId,
    userVerification: ask.userVerification ?? 'required',
    allowCredentials: knownOf(ask.allowCredentials),
    ...(ask.timeout === undefined ? {} : { timeout: ask.timeout }),
  };
}

export function creationOf(offer: PasskeyOffer): PublicKeyCredentialCreationOptions {
  return {
    challenge: bytesOf(offer.challenge),
    rp: offer.rp,
    user: { ...offer.user, id: bytesOf(offer.user.id) },
    pubKeyCredParams: offer.pubKeyCredParams.map(({ alg }) => ({ type: 'public-key', alg })),
    excludeCredentials: knownOf(offer.excludeCredentials),
    attestation: offer.attestation ?? 'none',
    ...(offer.authenticatorSelection ? { authenticatorSelection: offer.authenticatorSelection } : {}),
    ...(offer.timeout === undefined ? {} : { timeout: offer.timeout }),
  };
}

export function proofOf(rawId: ArrayBuffer, answer: AuthenticatorAssertionResponse): PasskeyProof {
  return {
    id: toBase64url(rawId),
    client_data: toBase64url(answer.clientDataJSON),
    authenticator_data: toBase64url(answer.authenticatorData),
    signature: toBase64url(answer.signature),
    ...(answer.userHandle && answer.userHandle.byteLength > 0 ? { user_handle: toBase64url(answer.userHandle) } : {}),
  };
}

/** Whether this browser can do it at all. */
export const knowsPasskeys = () => typeof PublicKeyCredential !== 'undefined' && 'credentials' in navigator;

function refusalOf(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error;
  if (error.name === 'InvalidStateError') return new PasskeyRefused('known', error);
  if (error.name === 'NotSupportedError' || error.name === 'SecurityError') return new PasskeyRefused('unsupported', error);
  return new PasskeyRefused('cancelled', error);
}

export async function provePasskey(ask: PasskeyAsk): Promise<PasskeyProof> {
  if (!knowsPasskeys()) throw new PasskeyRefused('unsupported');
  try {
    const made = (await navigator.credentials.get({ publicKey: requestOf(ask) })) as PublicKeyCredential | null;
    if (!made) throw new PasskeyRefused('cancelled');
    return proofOf(made.rawId, made.response as AuthenticatorAssertionResponse);
  } catch (error) {
    throw refusalOf(error);
  }
}

export async function makePasskey(offer: PasskeyOffer): Promise<NewPasskey> {
  if (!knowsPasskeys()) throw new PasskeyRefused('unsupported');
  try {
    const made = (await navigator.credentials.create({ publicKey: creationOf(offer) })) as PublicKeyCredential | null;
    if (!made) throw new PasskeyRefused('cancelled');
    const answer = made.response as AuthenticatorAttestationResponse;
    return { client_data: toBase64url(answer.clientDataJSON), attestation: toBase64url(answer.attestationObject) };
  } catch (error) {
    throw refusalOf(error);
  }
}
