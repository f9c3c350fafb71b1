// Roles as one chooses them: the presets, and the company's own.

import { t } from '../../core/i18n.ts';
import { ROLES, type Member, type OwnRole } from '../../core/settings.ts';
import type { Role } from '../../core/types.ts';

export const roleName = ({ role, role_id }: Pick<Member, 'role' | 'role_id'>, own: readonly OwnRole[]) =>
  own.find(({ id }) => id === role_id)?.name ?? t(`role.${role}`);

export const roleChoices = (own: readonly OwnRole[]) => [
  ...ROLES.map((value) => ({ value: value as string, name: t(`role.${value}`) })),
  ...own.map(({ id, name, base }) => ({ value: id, name: t('roles.ownOf', { name, base: t(`role.${base}`) }) })),
];

/** A chosen role as the fields of a membership: a preset's name, or the id of an own one. */
export function roleFields(chosen: string, own: readonly OwnRole[]): { role: Role; role_id: string | null } {
  const mine = own.find(({ id }) => id === chosen);
  return mine ? { role: mine.base, role_id: mine.id } : { role: chosen as Role, role_id: null };
}
