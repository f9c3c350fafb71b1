// Plays test programs against one shared server: node tests/harness/run.mjs [--alone] [--jobs N] [--timeout S] FILE.mjs ...
//
// --alone starts no shared server: the programs bring their own. The engine is FIELDWARD_TEST_ENGINE (sqlite or pgsql).
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Installation } from './server.mjs';

const args = process.argv.slice(2);
function option(name, initial) {
  const at = args.indexOf(name);
  return at < 0 ? initial : args.splice(at, 2)[1];
}
function flag(name) {
  const at = args.indexOf(name);
  if (at >= 0) args.splice(at, 1);
  return at >= 0;
}
const alone = flag('--alone');
const jobs = option('--jobs', '3');
const timeout = Number(option('--timeout', '300'));

const installation = alone ? undefined : await (await Installation.create()).start();
const env = { ...process.env };
if (installation) {
  const { engine, data, base, port, owner, logPath, clockPath, database, adminUrl } = installation;
  env.FIELDWARD_TEST_SERVER = JSON.stringify({ engine, data, base, port, owner, logPath, clockPath, database, adminUrl });
}
const reporter = fileURLToPath(new URL('./reporter.mjs', import.meta.url));
const child = spawn(process.execPath, ['--test', `--test-concurrency=${jobs}`, `--test-timeout=${timeout * 1000}`, `--test-reporter=${reporter}`, ...args], { env, stdio: 'inherit' });
const code = await new Promise((done) => child.once('exit', (status, signal) => done(signal ? 1 : status)));
if (installation) {
  if (code && process.env.FIELDWARD_TEST_VERBOSE) console.log(installation.log().slice(-8000));
  await installation.end();
}
process.exit(code);
