// Guards the rules that the type checker cannot see: who may import whom, words only from the
// catalogue, nothing that the content security policy would refuse, files of readable size.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('..', import.meta.url));
const LINES_MAX = 600;

function* files(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else yield path;
  }
}

const faults = [];
const words = (name) => JSON.parse(readFileSync(join(web, `locales/${name}.json`), 'utf8'));
// The customer's page has words of its own, in two languages.
const catalogues = { 'en': words('en'), 'zone.en': words('zone.en') };
const used = { 'en': new Set(), 'zone.en': new Set() };

for (const path of files(join(web, 'src'))) {
  const name = relative(web, path);
  const text = readFileSync(path, 'utf8');
  const fault = (what) => faults.push(`${name}: ${what}`);

  const lines = text.split('\n').length;
  if (lines > LINES_MAX) fault(`${lines} lines, at most ${LINES_MAX}`);

  const imports = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((found) => found[1]);
  const area = /^src\/features\/([^/]+)\//.exec(name)?.[1];
  for (const from of imports) {
    if (name.startsWith('src/core/') && (from.startsWith('svelte') || /\/(ui|features)\//.test(from)))
      fault(`core imports ${from}; it must not know the view layer`);
    const other = /\/features\/([^/]+)\/|^\.\.\/(account|settings|signin|staff|jobs|schedule|import|audit|enquiries|quotes|invoices|customers|catalogue|plans|messages|reports|zone)\//.exec(from);
    if (area && other && (other[1] ?? other[2]) !== area)
      fault(`imports ${from}; features meet in src/entries only`);
    if (name.startsWith('src/ui/') && /\/features\//.test(from)) fault(`imports ${from}; ui knows no feature`);
  }
  if (/\{@html|innerHTML|\seval\(|new Function\(/.test(text)) fault('writes HTML or code from text');
  if (name.endsWith('.svelte') && /<[a-z][^>]*\sstyle="/.test(text)) fault('style attribute; use a class or style:');
  const which = /^src\/(?:features|entries)\/zone\//.test(name) ? 'zone.en' : 'en';
  const catalogue = catalogues[which];
  for (const [, key] of text.matchAll(/['"`]([a-z]+\.[a-zA-Z_.0-9]+)['"`]/g)) if (key in catalogue) used[which].add(key);
  const stems = [...text.matchAll(/`([a-z.]+)\.\$\{/g)].map((found) => found[1]);
  // wordFor() and named() take the stem as a word of its own.
  if (/wordFor|named\(/.test(text)) stems.push(...[...text.matchAll(/'([a-z.]+)'/g)].map((found) => found[1]));
  for (const key of Object.keys(catalogue)) if (stems.some((stem) => key.startsWith(`${stem}.`))) used[which].add(key);
}

for (const [which, catalogue] of Object.entries(catalogues))
  for (const key of Object.keys(catalogue)) if (!used[which].has(key)) faults.push(`locales/${which}.json: "${key}" is used nowhere`);
const [en, af] = [catalogues['zone.en'], words('zone.af')];
const gaps = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort().join();
for (const key of new Set([...Object.keys(en), ...Object.keys(af)])) if (gaps(en[key] ?? '?') !== gaps(af[key] ?? '!') || !(key in en && key in af)) faults.push(`locales/zone.af.json: "${key}" differs from the English in what it fills in`);

for (const line of faults) console.error(line);
console.log(faults.length === 0 ? 'lint: clean' : `lint: ${faults.length} fault(s)`);
process.exit(faults.length === 0 ? 0 : 1);
