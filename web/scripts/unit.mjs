// Compiles core and its tests with tsc into a temporary folder and runs them with node's own runner:
// the Node versions we support cannot load TypeScript themselves, and no loader is worth a dependency.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const web = fileURLToPath(new URL('..', import.meta.url));
const out = mkdtempSync(join(tmpdir(), 'fieldward-unit-'));

function run(args) {
  const env = { ...process.env, FIELDWARD_SOURCE: join(web, '..') }; // some tests read what the server is held to as well
  const { status } = spawnSync(process.execPath, args, { cwd: web, stdio: 'inherit', env });
  return status ?? 1;
}

let status = run(['node_modules/typescript/bin/tsc', '-p', 'tsconfig.unit.json', '--outDir', out]);
if (status === 0) {
  writeFileSync(join(out, 'package.json'), '{"type":"module"}\n');
  const tests = readdirSync(join(out, 'web/test')).filter((name) => name.endsWith('.test.js'));
  status = run([
    '--disable-warning=ExperimentalWarning',
    '--test',
    ...tests.map((name) => join(out, 'web/test', name)),
  ]);
}
rmSync(out, { recursive: true, force: true });
process.exit(status);
