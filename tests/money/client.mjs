// Both halves of the money algorithm: the server's as the program money_answers, the client's as a module.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BIN, ROOT } from '../harness/server.mjs';

const ANSWERS = resolve(ROOT, process.env.FIELDWARD_MONEY_ANSWERS ?? join(BIN, '../money_answers'));

/** What C answers: money_answers ARGUMENTS, fed with `input`. */
export function answers(args, input = '') {
  const out = execFileSync(ANSWERS, args.map(String), { input, encoding: 'utf8', maxBuffer: 1 << 30, timeout: 60_000 });
  return out.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}

/** web/src/core/money.ts; its types are checked where the client is built. */
export async function clientMoney() {
  const ts = createRequire(join(ROOT, 'web/package.json'))('typescript');
  const source = readFileSync(join(ROOT, 'web/src/core/money.ts'), 'utf8');
  const { outputText } = ts.transpileModule(source, { compilerOptions: { target: 'ES2023', module: 'ESNext', verbatimModuleSyntax: true } });
  const folder = mkdtempSync(join(tmpdir(), 'fw-money-'));
  try {
    writeFileSync(join(folder, 'money.mjs'), outputText);
    return await import(pathToFileURL(join(folder, 'money.mjs')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
