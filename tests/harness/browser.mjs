// Starts an installation with a sample company and plays the browser stories against it.
import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { IdentityProvider } from './provider.mjs';
import { dataFile, Installation, newPassword, ROOT } from './server.mjs';

// Staff of the platform come from this machine alone; who they are, the stories find in STAFF.
process.env.FIELDWARD_STAFF_ADDRESSES = '127.0.0.1';
const it = await Installation.create({ sample: true, company: 'Example Plumbing & Solar' });
appendFileSync(join(it.data, 'fieldward.toml'), `\nproviders = "localhost"\nprovider-ca = "${join(it.data, 'tls/authority.pem')}"\n`);
await it.start();
const logins = readFileSync(join(it.data, 'sample-logins.txt'), 'utf8');
const tech = /^(\S+) (\S+) \(technician\)$/m.exec(logins);
const office = /^(\S+) (\S+) \(dispatcher\)$/m.exec(logins);
const staff = [];
for (const name of ['Thandi Mokoena', 'Piet Venter', 'Lerato Khumalo']) {
  const person = { name, email: `${name.split(' ')[0].toLowerCase()}@host.example`, password: newPassword() };
  it.writePassword(person.password);
  await it.tool(['staff', 'add', '--email', person.email, '--name', name, '--owner-password-file', it.passwordPath, '--data', it.data]);
  await it.tool(['staff', 'vetted', '--email', person.email, '--contract', it.passwordPath, '--inducted-on', '2026-01-15', '--data', it.data]);
  await it.tool(['staff', 'assign', '--email', person.email, '--tenant', '1', '--data', it.data]);
  staff.push(person);
}
// The company's own accounts: the dispatcher has one there, too.
const provider = await IdentityProvider.create(it, `https://localhost:${it.port}/signin/oidc`);
provider.people[office?.[1]] = { email: office?.[1], email_verified: true, name: 'Office' };
const env = { ...process.env, BASE: `https://localhost:${it.port}`, OWNER_EMAIL: it.owner.email, OWNER_PASSWORD: it.owner.password, TECH_EMAIL: tech?.[1] ?? '', TECH_PASSWORD: tech?.[2] ?? '', OFFICE_EMAIL: office?.[1] ?? '', OFFICE_PASSWORD: office?.[2] ?? '', FIELDWARD_CLOCK: it.clockPath, STAFF: JSON.stringify(staff), PROVIDER: JSON.stringify({ issuer: provider.issuer, ...provider.client }) };

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
await provider.close();
await it.end();
process.exit(code);
