// Starts an installation with a sample company and plays the browser stories against it.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFile, Installation, ROOT } from './server.mjs';

const it = await (await Installation.create({ sample: true, company: 'Example Plumbing & Solar' })).start();
const logins = readFileSync(join(it.data, 'sample-logins.txt'), 'utf8');
const tech = /^(\S+) (\S+) \(technician\)$/m.exec(logins);
const office = /^(\S+) (\S+) \(dispatcher\)$/m.exec(logins);
const env = { ...process.env, BASE: `https://localhost:${it.port}`, OWNER_EMAIL: it.owner.email, OWNER_PASSWORD: it.owner.password, TECH_EMAIL: tech?.[1] ?? '', TECH_PASSWORD: tech?.[2] ?? '', OFFICE_EMAIL: office?.[1] ?? '', OFFICE_PASSWORD: office?.[2] ?? '', FIELDWARD_CLOCK: it.clockPath };

// A part of the real file is enough for the browser; the whole of it has a story of its own.
const whole = dataFile('la311-2020.csv');
if (whole) {
  env.CSV = join(it.folder, 'la311-part.csv');
  writeFileSync(env.CSV, readFileSync(whole, 'utf8').split('\n').slice(0, 301).join('\n'));
}
const inverters = dataFile('cec-inverters.csv');
if (inverters) env.INVERTERS = inverters;
if (!existsSync(join(ROOT, 'web/dist/index.html'))) console.log('web/dist is missing: script/build-web');
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'tests/browser/package.json'), 'utf8'));
const child = spawn('sh', ['-c', `exec ${scripts.test}`], { cwd: join(ROOT, 'tests/browser'), env, stdio: 'inherit' });
const code = await new Promise((done) => child.once('exit', (status) => done(status ?? 1)));
await it.end();
process.exit(code);
