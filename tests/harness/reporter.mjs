// A line for each file, every failure in full, and the counts into the file that FIELDWARD_TEST_COUNTS names. A test that only groups
// others is not counted.
import { appendFileSync } from 'node:fs';
import { relative } from 'node:path';
import { inspect } from 'node:util';

export default async function* report(source) {
  const per = new Map();
  let passed = 0;
  let failed = 0;
  let skipped = 0;
  const open = new Map(); // nesting → whether a test of that depth came since its parent began
  for await (const { type, data } of source) {
    if (type === 'test:stderr' || type === 'test:stdout') {
      if (process.env.FIELDWARD_TEST_VERBOSE) yield data.message;
      continue;
    }
    if (type === 'test:diagnostic' && data.message.startsWith('held: ')) yield `  ${data.message}\n`;
    if (type !== 'test:pass' && type !== 'test:fail') continue;
    const groups = open.get(data.nesting + 1) === true;
    open.set(data.nesting + 1, false);
    open.set(data.nesting, true);
    const file = data.file ? relative(process.cwd(), data.file) : data.name;
    const isFile = data.nesting === 0 && data.name === data.file;
    if (data.details?.type === 'suite' || (groups && type === 'test:pass') || (isFile && type === 'test:pass')) continue;
    const tally = per.get(file) ?? { passed: 0, failed: 0, skipped: 0, ms: 0 };
    per.set(file, tally);
    tally.ms += data.details?.duration_ms ?? 0;
    if (data.skip !== undefined) {
      skipped += 1;
      tally.skipped += 1;
      yield `  skipped: ${data.name}${typeof data.skip === 'string' && data.skip ? `: ${data.skip}` : ''}\n`;
    } else if (type === 'test:pass') {
      passed += 1;
      tally.passed += 1;
    } else {
      const error = data.details?.error;
      const cause = error?.cause ?? error;
      if (groups && /subtest/.test(String(error?.message))) continue;
      failed += 1;
      tally.failed += 1;
      yield `FAILED ${file}: ${data.name}\n  ${String(cause?.stack ?? inspect(cause)).slice(0, 4000).replaceAll('\n', '\n  ')}\n`;
    }
  }
  for (const [file, t] of per) yield `  ${t.failed ? 'FAIL' : 'ok  '} ${file}: ${t.passed} passed, ${t.failed} failed${t.skipped ? `, ${t.skipped} skipped` : ''} (${Math.round(t.ms)} ms)\n`;
  if (process.env.FIELDWARD_TEST_COUNTS) appendFileSync(process.env.FIELDWARD_TEST_COUNTS, `${passed} ${failed} ${skipped}\n`);
}
