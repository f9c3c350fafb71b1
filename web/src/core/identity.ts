// Who somebody is and how he shows it: what the routes of signing in and about oneself send and take.

import type { PasskeyAsk, PasskeyOffer, PasskeyProof } from './passkey.ts';

export type Method = 'password' | 'totp' | 'passkey' | 'recovery';

/** One way to show who one is. A recovery code goes where the six digits go. */
export type Proof = { password: string } | { code: string } | { passkey: PasskeyProof };

export interface StepUp {
  challenge: string;
  methods: Method[];
  passkey?: PasskeyAsk;
}

export interface SecondFactor {
  totp: boolean;
  passkeys: number;
  recovery_left: number;
  demanded: boolean;
}

/** Somebody of the platform's staff who is in, with leave. */
export interface Helper {
  id: string;
  name: string;
  scope: 'read' | 'write';
  until: string;
  reason: string;
}

export interface TotpSetup {
  setup: string;
  secret: string;
  uri: string;
  qr: { size: number; path: string };
}

export interface PasskeySetup {
  setup: string;
  passkey: PasskeyOffer;
}

export interface Passkey {
  id: string;
  name: string;
  created_at: string;
  last_used_at: string | null;
}

export interface SignedIn {
  id: string;
  kind: string;
  device: string | null;
  network: string | null;
  created_at: string;
  last_used_at: string | null;
  expires_at: string;
  current?: boolean;
}

export interface SignInEvent {
  at: string;
  action: string;
  device: string | null;
  network: string | null;
  detail: string | null;
}

const BROWSERS: readonly [RegExp, string][] = [[/\bEdgA?\//, 'Edge'], [/\bOPR\//, 'Opera'], [/\bSamsungBrowser\//, 'Samsung Internet'], [/\b(?:Firefox|FxiOS)\//, 'Firefox'], [/\b(?:Headless)?Chrom(?:e|ium)\/|\bCriOS\//, 'Chrome'], [/\bSafari\//, 'Safari']];
const SYSTEMS: readonly [RegExp, string][] = [[/\bAndroid\b/, 'Android'], [/\biPhone\b/, 'iPhone'], [/\biPad\b/, 'iPad'], [/\bWindows\b/, 'Windows'], [/\bMacintosh\b/, 'Mac'], [/\bCrOS\b/, 'ChromeOS'], [/\bLinux\b/, 'Linux']];

/** "Chrome, Linux" for what a browser calls itself; anything else stays as it is. */
export function deviceWord(agent: string): string {
  const known = (list: typeof BROWSERS) => list.find(([pattern]) => pattern.test(agent))?.[1];
  return [known(BROWSERS), known(SYSTEMS)].filter(Boolean).join(', ') || agent;
}

/** "ABCD EFGH 2345": a secret that a person may have to type. */
export const inFours = (secret: string) => secret.replaceAll(/\s/g, '').replace(/(.{4})(?=.)/g, '$1 ');

/** Six digits, however they were typed or pasted; null for anything else. */
export function readDigits(typed: string): string | null {
  const digits = typed.replaceAll(/[\s-]/g, '');
  return /^\d{6}$/.test(digits) ? digits : null;
}

/** Where somebody goes after signing in: only ever a page of this client. */
export function safeReturn(from: string | undefined, home: string): string {
  if (!from || !/^\/(?![/\\])/.test(from) || from === '/' || from.startsWith('/signin')) return home;
  return from;
}
