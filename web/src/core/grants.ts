// A company's own role: a preset and what differs from it. On the wire the differences are lines, "job.read=own".

export type Grant = 'none' | 'own' | 'all';
export const GRANTS: readonly Grant[] = ['none', 'own', 'all'];

/** One row of the table of rights, as the server sends it. */
export interface Right {
  name: string;
  about: string;
  verb: string;
  doc: string;
  /** Whether "own" says anything here. */
  can_own: boolean;
  /** No role of the company's own gives it. */
  owners_only: boolean;
  presets: Record<string, Grant>;
  /** What whoever looks has himself: nobody gives more than that. */
  mine: Grant;
}

export type Changes = ReadonlyMap<string, Grant>;

export interface GridRow {
  name: string;
  verb: string;
  doc: string;
  base: Grant;
  grant: Grant;
  /** Differs from the preset. */
  changed: boolean;
  choices: readonly Grant[];
}

export interface GridGroup {
  noun: string;
  rows: GridRow[];
}

const isGrant = (word: string): word is Grant => (GRANTS as readonly string[]).includes(word);

/** Lines that make no sense are left out here; the server names them when they are saved. */
export function readGrants(text: string | null): Map<string, Grant> {
  const changes = new Map<string, Grant>();
  for (const line of (text ?? '').split('\n')) {
    const [name = '', word = ''] = line.split('=').map((part) => part.trim());
    if (name !== '' && isGrant(word)) changes.set(name, word);
  }
  return changes;
}

/** What does not differ from the preset needs no line. */
export function writeGrants(rights: readonly Right[], base: string, changes: Changes): string {
  return rights
    .filter(({ name, presets }) => changes.has(name) && changes.get(name) !== (presets[base] ?? 'none'))
    .map(({ name }) => `${name}=${changes.get(name)}`)
    .join('\n');
}

export function gridOf(rights: readonly Right[], base: string, changes: Changes): GridGroup[] {
  const groups = new Map<string, GridRow[]>();
  for (const { name, about, verb, doc, presets, ...right } of rights) {
    const usual = presets[base] ?? 'none';
    const grant = changes.get(name) ?? usual;
    const given = (one: Grant) => !right.owners_only && (one !== 'own' || right.can_own) && GRANTS.indexOf(one) <= GRANTS.indexOf(right.mine);
    const choices = GRANTS.filter((one) => one === 'none' || one === usual || one === grant || given(one));
    const rows = groups.get(about) ?? [];
    rows.push({ name, verb, doc, base: usual, grant, changed: grant !== usual, choices });
    groups.set(about, rows);
  }
  return [...groups].map(([noun, rows]) => ({ noun, rows }));
}

export const countChanged = (groups: readonly GridGroup[]) =>
  groups.reduce((sum, { rows }) => sum + rows.filter(({ changed }) => changed).length, 0);
