// The state of one import, from the file to its result.

import { columnsOf, fixedOf, proposeKey, proposeMapping, proposeWay, specOf, spokenWays, type ImportNoun } from '../../core/mapping.ts';
import type { ImportMapping, ImportPreview, ImportRun, Preset } from '../../core/types.ts';
import { reference } from '../../ui/reference.svelte.ts';
import { save } from '../../ui/save.svelte.ts';
import { session } from '../../ui/session.svelte.ts';

const POLL_MS = 1000;
const UNDER_WAY = new Set(['queued', 'running', 'undoing']);

export const isUnderWay = (run: ImportRun) => UNDER_WAY.has(run.state);

export class Wizard {
  file = $state.raw<File | null>(null);
  preview = $state.raw<ImportPreview | null>(null);
  presets = $state.raw<Preset[]>([]);
  mappings = $state.raw<ImportMapping[]>([]);
  earlier = $state.raw<ImportRun[]>([]);
  /** Either a preset or a noun is chosen. */
  preset = $state('');
  noun = $state<ImportNoun | ''>('');
  columns = $state.raw<Record<string, string>>({});
  fixed = $state.raw<{ field: string; value: string }[]>([]);
  /** How the cells of a field are understood, where there is more than one way. */
  ways = $state.raw<Record<string, string>>({});
  key = $state('');
  mappingName = $state('');
  dry = $state.raw<ImportRun | null>(null);
  run = $state.raw<ImportRun | null>(null);
  busy = $state(false);
  error = $state.raw<unknown>(null);
  #closed = false;

  async load(runId: string | null): Promise<void> {
    await this.#try(async () => {
      const [presets, mappings, earlier] = await Promise.all([
        session.api.get<{ items: Preset[] }>('/v1/import_presets'),
        session.api.all<ImportMapping>('import_mappings'),
        session.api.search<ImportRun>('imports', { limit: 10, sort: '-created_at' }),
      ]);
      this.presets = presets.items;
      this.mappings = mappings;
      this.earlier = earlier.items;
    });
    if (runId) await this.follow(runId, (run) => (this.run = run));
  }

  close(): void {
    this.#closed = true;
  }

  async take(file: File): Promise<void> {
    this.file = file;
    this.preview = null;
    this.#forget();
    await this.#try(async () => {
      this.preview = await session.api.upload<ImportPreview>('/v1/imports/preview', file);
      if (this.noun !== '') this.propose();
    });
  }

  choose(preset: string, noun: ImportNoun | ''): void {
    this.preset = preset;
    this.noun = noun;
    this.#forget();
    this.propose();
  }

  propose(): void {
    if (this.noun === '' || !this.preview) return;
    this.columns = proposeMapping(this.preview.header, this.noun);
    this.ways = Object.fromEntries(Object.entries(this.columns).map(([column, field]) => [field, this.#likely(column, field)]));
    this.fixed = [];
    this.key = proposeKey(this.columns, this.noun);
    this.mappingName = '';
  }

  /** A mapping that was saved for another file may name columns that this one has not. */
  useMapping(mapping: ImportMapping): void {
    const header = new Set(this.preview?.header);
    this.columns = Object.fromEntries(Object.entries(columnsOf(mapping.spec)).filter(([column]) => header.has(column)));
    this.fixed = fixedOf(mapping.spec);
    this.ways = spokenWays(mapping.spec);
    this.key = header.has(mapping.spec.key) ? mapping.spec.key : '';
    this.mappingName = mapping.name;
    this.#forget();
  }

  map(column: string, field: string): void {
    // A field is filled from one column: the newest choice wins.
    const others = Object.entries(this.columns).filter(([name, taken]) => name !== column && taken !== field);
    this.columns = { ...Object.fromEntries(others), ...(field === '' ? {} : { [column]: field }) };
    if (field !== '') this.ways = { ...this.ways, [field]: this.#likely(column, field) };
    this.#forget();
  }

  understand(field: string, way: string): void {
    this.ways = { ...this.ways, [field]: way };
    this.#forget();
  }

  /** What stands in a column, for a person to recognise it by. */
  samples(column: string): string[] {
    const index = this.preview?.header.indexOf(column) ?? -1;
    return [...new Set(this.preview?.rows.map((row) => row[index] ?? '').filter(Boolean))];
  }

  #likely(column: string, field: string): string {
    return proposeWay(field, column, this.samples(column));
  }

  async start(dryRun: boolean, name: string): Promise<void> {
    const file = this.file;
    if (!file) return;
    if (dryRun) this.dry = null;
    await this.#try(async () => {
      const query = new URLSearchParams({ name });
      if (this.preset !== '') query.set('preset', this.preset);
      if (this.noun !== '') {
        query.set('noun', this.noun);
        query.set('mapping', (await this.#saveMapping(this.noun)).name);
      }
      if (dryRun) query.set('dry_run', '1');
      const { id } = await session.api.upload<{ id: string }>(`/v1/imports?${query}`, file);
      await this.follow(id, (run) => {
        if (dryRun) this.dry = run;
        else this.run = run;
      });
      if (!dryRun) await reference.reload();
    });
  }

  async undo(run: ImportRun): Promise<void> {
    await this.#try(async () => {
      await session.api.post(`/v1/imports/${run.id}/undo`);
      await this.follow(run.id, (now) => {
        if (this.run?.id === now.id) this.run = now;
        this.earlier = this.earlier.map((one) => (one.id === now.id ? now : one));
      });
    });
  }

  /** Asks once a second until the run is over; a lost answer is asked for again. */
  async follow(id: string, take: (run: ImportRun) => void): Promise<void> {
    while (!this.#closed) {
      const run = await session.api.get<ImportRun>(`/v1/imports/${id}`);
      take(run);
      if (!isUnderWay(run)) return;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #saveMapping(noun: ImportNoun): Promise<ImportMapping> {
    const spec = specOf(noun, this.columns, this.fixed, this.key, this.ways);
    const known = this.mappings.find(({ name }) => name === this.mappingName);
    if (known && JSON.stringify(known.spec) === JSON.stringify(spec)) return known;
    const saved = known
      ? await save('import_mappings', known, { noun, spec })
      : await session.api.create<ImportMapping>('import_mappings', { name: this.mappingName, noun, spec });
    this.mappings = [...this.mappings.filter(({ id }) => id !== saved.id), saved];
    return saved;
  }

  #forget(): void {
    this.dry = null;
    this.run = null;
  }

  async #try(act: () => Promise<void>): Promise<void> {
    this.busy = true;
    this.error = null;
    try {
      await act();
    } catch (error) {
      this.error = error;
    } finally {
      this.busy = false;
    }
  }
}
