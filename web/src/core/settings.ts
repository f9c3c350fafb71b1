// Rows of the settings, as far as the screens need them, and the words they are sorted by.

import type { Right } from './grants.ts';
import type { Tone } from './stages.ts';
import type { Named, Role, Row } from './types.ts';
import type * as row from '../../../spec/types.ts';

export type Member = row.Membership;
export type OwnRole = row.Role;
export type Review = row.AccessReview;
export type ApiKey = row.ApiKey;
export type SecurityAlert = row.SecurityAlert;
export type KnownDevice = row.KnownDevice;

export interface ReviewItem extends row.AccessReviewItem {
  membership?: Named;
}

export type MemberState = 'invited' | 'active' | 'left';
export const memberState = ({ active, invited_at }: Pick<Member, 'active' | 'invited_at'>): MemberState => (active ? 'active' : invited_at !== null ? 'invited' : 'left');
export const MEMBER_SIGN: Record<MemberState, { icon: string; tone: Tone }> = {
  invited: { icon: 'mail', tone: 'wait' },
  active: { icon: 'check', tone: 'good' },
  left: { icon: 'exit', tone: 'off' },
};
export const ROLES: readonly Role[] = ['owner', 'admin', 'dispatcher', 'technician', 'accountant'];

/** What somebody may do and has not done; `unused` of `given`. */
export interface Unused {
  membership_id: string;
  name: string;
  role: string;
  unused: string[];
  given: number;
}

export interface Provider extends Row {
  issuer: string;
  client_id: string;
  client_secret_set: boolean;
  active: boolean;
  state: 'waiting' | 'ready' | 'failed';
  error: string | null;
}

export interface SupportGrant extends Row {
  staff_name: string | null;
  reason: string;
  scope: 'read' | 'write';
  start_at: string | null;
  end_at: string | null;
  state: string;
  emergency: boolean;
}

/** Somebody of the platform's staff who looks after this company. */
export interface Manager {
  id: string;
  name: string;
}

/** The chips of an integration key: one noun may be read, or read and written. */
export type Scope = '' | 'read' | 'write';

/** Lines such as "job.read"; "job.write" stands for adding and changing. */
export function readScopes(text: string | null): Map<string, Scope> {
  const scopes = new Map<string, Scope>();
  for (const line of (text ?? '').split('\n')) {
    const [, noun = '', verb = ''] = /^\s*([a-z_]+)\.([a-z_]+)\s*$/.exec(line) ?? [];
    if (noun !== '' && scopes.get(noun) !== 'write') scopes.set(noun, verb === 'read' ? 'read' : 'write');
  }
  return scopes;
}

export const writeScopes = (scopes: ReadonlyMap<string, Scope>) =>
  [...scopes]
    .filter(([, verb]) => verb !== '')
    .flatMap(([noun, verb]) => (verb === 'write' ? [`${noun}.read`, `${noun}.write`] : [`${noun}.read`]))
    .sort()
    .join('\n');

/** What a key can be given: the nouns of the table of rights that can be read at all. */
export const scopeNouns = (rights: readonly Right[]) =>
  [...new Set(rights.filter(({ name }) => name.endsWith('.read')).map(({ name }) => name.slice(0, -'.read'.length)))];
