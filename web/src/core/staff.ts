// Staff of whoever runs the platform: what their routes send, and what of it is shown.

import type { SecondFactor } from './identity.ts';
import type { Tone } from './stages.ts';

export interface StaffMe {
  staff: { id: string; name: string; email: string };
  second_factor: SecondFactor;
  must_enrol: boolean;
  fresh_until: string;
  session_id: string;
  /** The company that this session is in now. */
  inside: { tenant_id: string; name: string } | null;
}

export interface StaffGrant {
  id: string;
  state: 'requested' | 'active' | 'ended' | 'refused' | 'expired';
  scope: 'read' | 'write';
  emergency: boolean;
  start_at: string | null;
  end_at: string | null;
}

/** A company that somebody looks after, with what he asked it for, the newest first. */
export interface LookedAfter {
  id: string;
  name: string;
  grants: StaffGrant[];
}

/** What a colleague asks for in an emergency. */
export interface Emergency {
  company: string;
  staff_name: string;
  reason: string;
  hours: number;
}

/** What an emergency gives at most; the company decides about the rest. */
export const EMERGENCY_HOURS = ['1', '2'] as const;
export const ASKED_HOURS = ['1', '2', '4', '8', '24'] as const;

export const GRANT_SIGN: Record<StaffGrant['state'], { icon: string; tone: Tone }> = {
  requested: { icon: 'clock', tone: 'wait' },
  active: { icon: 'door', tone: 'good' },
  ended: { icon: 'exit', tone: 'off' },
  refused: { icon: 'cross', tone: 'off' },
  expired: { icon: 'clock', tone: 'off' },
};

/** What is open, and of the rest only the last: how the last request ended is news, the ones before are not. */
export function shownGrants(grants: readonly StaffGrant[]): readonly StaffGrant[] {
  const open = grants.filter(({ state }) => state === 'active' || state === 'requested');
  return open.length > 0 ? open : grants.slice(0, 1);
}

/** The grant by which somebody is in a company, where it is the only one that he could be in by. */
export function onlyActive(grants: readonly StaffGrant[]): StaffGrant | null {
  const [first, second] = grants.filter(({ state }) => state === 'active');
  return first && !second ? first : null;
}
