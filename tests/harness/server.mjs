// Installations for tests: a data folder, a database of the engine that is asked for, a server on a free port, companies and people.
//
// FIELDWARD_BIN names the program (default: build/dev/fieldward), FIELDWARD_TEST_PG an administrator's address of PostgreSQL.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { promisify } from 'node:util';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync, openSync, closeSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';
import { Client, request, signIn } from './http.mjs';

const run = promisify(execFile);
export const ROOT = resolve(fileURLToPath(new URL('../..', import.meta.url)));
export const BIN = resolve(ROOT, process.env.FIELDWARD_BIN ?? 'build/dev/fieldward');
export const ENGINE = process.env.FIELDWARD_TEST_ENGINE ?? 'sqlite';
export const ON_PG = ENGINE === 'pgsql';
const ADMIN = process.env.FIELDWARD_TEST_PG ?? '';

export const wait = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits until `check` gives something true; tests wait for conditions, never for a time. */
export async function until(check, what = 'the condition', ms = 20_000) {
  const end = Date.now() + ms;
  let last;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
    } catch (error) {
      last = error;
    }
    if (Date.now() > end) assert.fail(`${what}: not within ${ms} ms${last ? ` (${last.message})` : ''}`);
    await wait(40);
  }
}

export function freePort() {
  return new Promise((done, fail) => {
    const server = createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

export const unique = () => randomBytes(5).toString('hex');
export const newPassword = () => `Correct-${randomBytes(9).toString('base64url')}-staple`;

/** Real data for the import tests; undefined where they are not on this machine. */
export function dataFile(name) {
  const folders = [process.env.FIELDWARD_TEST_DATA, join(ROOT, '../shared/data'), join(ROOT, '../../shared/data')];
  return folders.filter(Boolean).map((folder) => join(folder, name)).find((path) => existsSync(path));
}

/** Runs SQL as PostgreSQL's administrator. */
export function psql(database, sql) {
  const url = ADMIN.replace(/^postgresql:\/\/\/[^?]*/, `postgresql:///${database}`);
  return execFileSync('psql', ['-XAtq', '-v', 'ON_ERROR_STOP=1', '-d', url, '-c', sql], { env: { ...process.env, PGOPTIONS: '-c search_path=fw,public' }, encoding: 'utf8', timeout: 60_000 }).trim();
}

export class Installation {
  /** Options: engine, company, sample, clock (milliseconds to shift it by; needs a build with the test clock), folder. */
  static async create(options = {}) {
    const it = new Installation();
    it.engine = options.engine ?? ENGINE;
    it.folder = mkdtempSync(join(options.folder ?? tmpdir(), 'fwt-'));
    it.data = join(it.folder, 'data');
    it.logPath = join(it.folder, 'log');
    it.clockPath = join(it.folder, 'clock');
    it.port = await freePort();
    it.base = `https://127.0.0.1:${it.port}`;
    it.passwordPath = join(it.folder, 'password');
    it.owner = { email: `owner-${unique()}@example.test`, password: newPassword() };
    it.writePassword(it.owner.password);
    it.setClock(options.clock ?? 0);
    const args = ['init', '--data', it.data, '--company', options.company ?? 'First Company', '--owner-email', it.owner.email,
      '--owner-password-file', it.passwordPath, '--listen', `127.0.0.1:${it.port}`];
    if (options.sample) args.push('--sample');
    if (it.engine === 'pgsql') {
      assert.ok(ADMIN, 'FIELDWARD_TEST_PG names no server: run under tests/pg/with-cluster');
      it.database = `fwt_${unique()}`;
      psql('postgres', `CREATE DATABASE ${it.database} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'`);
      it.adminUrl = ADMIN.replace(/^postgresql:\/\/\/[^?]*/, `postgresql:///${it.database}`);
      args.push('--database', it.adminUrl);
    }
    await it.tool(args);
    it.tenantNumber = 1;
    return it;
  }

  writePassword(text) {
    writeFileSync(this.passwordPath, `${text}\n`, { mode: 0o600 });
  }

  setClock(ms) {
    writeFileSync(this.clockPath, `${Math.round(ms)}\n`);
  }

  get env() {
    return { ...process.env, FIELDWARD_CLOCK: this.clockPath, FIELDWARD_DATABASE: undefined };
  }

  /** Runs the program; gives {stdout, stderr} or throws what it said. */
  async tool(args, options = {}) {
    const clean = { ...this.env };
    delete clean.FIELDWARD_DATABASE;
    return run(BIN, args, { env: clean, timeout: 120_000, maxBuffer: 64 << 20, ...options });
  }

  /** As tool(), but a refusal is an answer too. */
  async tryTool(args) {
    try {
      return { code: 0, ...(await this.tool(args)) };
    } catch (error) {
      return { code: error.code ?? 1, stdout: error.stdout ?? '', stderr: error.stderr ?? error.message };
    }
  }

  launch() {
    const log = openSync(this.logPath, 'a');
    const clean = { ...this.env };
    delete clean.FIELDWARD_DATABASE;
    this.process = spawn(BIN, ['serve', '--data', this.data, '--listen', `127.0.0.1:${this.port}`], { env: clean, stdio: ['ignore', log, log], detached: true });
    this.exit = new Promise((done) => this.process.once('exit', (code, signal) => done({ code, signal })));
    closeSync(log);
    live.add(this);
  }

  async ready(ms = 30_000) {
    let ended;
    this.exit.then((how) => { ended = how; });
    await until(async () => {
      if (ended) return true;
      return (await request(this.base, 'GET', '/readyz', { timeout: 5000, fresh: true })).status === 200;
    }, 'the server answers', ms);
    assert.equal(ended, undefined, `the server ended:\n${this.log().slice(-2000)}`);
  }

  async start() {
    this.launch();
    await this.ready();
    return this;
  }

  log() {
    return existsSync(this.logPath) ? readFileSync(this.logPath, 'utf8') : '';
  }

  /** The process ids of a part ("app", "edge", "courier"), leader first. */
  groupOf(part) {
    try {
      return Number(readFileSync(join(this.data, 'run', `${part}.group`), 'utf8').split(' ')[0]);
    } catch {
      return 0;
    }
  }

  async stop() {
    if (this.process) {
      try {
        process.kill(this.process.pid, 'SIGTERM');
      } catch { /* it has ended */ }
      const late = setTimeout(() => this.killAll(), 20_000);
      await this.exit;
      clearTimeout(late);
    }
    this.process = undefined;
  }

  /** The whole installation at once, as when the power fails: supervisor and every part. */
  killAll() {
    const groups = ['edge', 'app', 'courier'].map((part) => this.groupOf(part));
    for (const [pid, whole] of [[this.process?.pid, false], ...groups.map((group) => [group, true])]) {
      if (!(pid > 1)) continue;
      try {
        process.kill(whole ? -pid : pid, 'SIGKILL');
      } catch { /* gone already */ }
    }
  }

  async end() {
    await this.stop();
    live.delete(this);
    if (this.database) {
      try {
        psql('postgres', `DROP DATABASE IF EXISTS ${this.database} WITH (FORCE)`);
      } catch { /* the cluster goes away with it */ }
    }
    if (!process.env.FIELDWARD_KEEP) rmSync(this.folder, { recursive: true, force: true });
  }

  signIn(who = this.owner, extra = {}) {
    return signIn(this.base, who.email, who.password, extra);
  }
}

const live = new Set();
process.on('exit', () => {
  for (const it of live) it.killAll();
});
for (const name of ['SIGINT', 'SIGTERM']) process.once(name, () => process.exit(1));

/** The server that the whole run shares, or one of this program's own where it runs alone. */
let sharedOne;
export async function shared() {
  if (sharedOne) return sharedOne;
  if (process.env.FIELDWARD_TEST_SERVER) {
    const it = Object.assign(new Installation(), JSON.parse(process.env.FIELDWARD_TEST_SERVER));
    it.isShared = true;
    it.folder = mkdtempSync(join(tmpdir(), 'fwt-'));
    it.passwordPath = join(it.folder, 'password');
    sharedOne = it;
  } else {
    sharedOne = await (await Installation.create()).start();
  }
  return sharedOne;
}
export async function doneWithShared() {
  if (sharedOne?.isShared) rmSync(sharedOne.folder, { recursive: true, force: true });
  else await sharedOne?.end();
  sharedOne = undefined;
}

/** A company of its own with its owner signed in; tests that have one each can run side by side. */
export class Company {
  static async create(installation, name = `Company ${unique()}`) {
    const it = new Company();
    it.installation = installation;
    it.base = installation.base;
    it.name = name;
    it.email = `owner-${unique()}@example.test`;
    it.password = newPassword();
    installation.writePassword(it.password);
    const { stdout } = await installation.tool(['tenant', 'add', '--data', installation.data, '--company', name, '--owner-email', it.email,
      '--owner-password-file', installation.passwordPath]);
    it.number = Number(stdout.trim());
    it.owner = await signIn(it.base, it.email, it.password);
    it.id = it.owner.tenantId;
    return it;
  }

  /** Somebody with a role; `employee` makes the employee record that this person is. */
  async person(role, { name = `${role} ${unique()}`, employee, email = `${role}-${unique()}@example.test` } = {}) {
    const { installation } = this;
    const password = newPassword();
    let employeeId = employee;
    if (employee === true) employeeId = (await this.owner.make('employees', { name, code: unique() })).id;
    installation.writePassword(password);
    await installation.tool(['user', 'add', '--data', installation.data, '--tenant', String(this.number), '--email', email, '--name', name, '--role', role,
      '--owner-password-file', installation.passwordPath, ...(employeeId ? ['--employee', employeeId] : [])]);
    const client = await signIn(this.base, email, password, { tenant_id: this.id });
    return Object.assign(client, { email, password, name, role, employeeId });
  }

  /** The least that a job needs. */
  async customerAndSite(fields = {}, site = {}) {
    const customer = await this.owner.make('customers', { name: `Customer ${unique()}`, ...fields });
    const place = await this.owner.make('sites', { customer_id: customer.id, line1: `${Math.floor(Math.random() * 900) + 1} Main Road`, ...site });
    return { customer, site: place };
  }

  async jobType() {
    this.type ??= (await this.owner.read('/v1/job_types')).items[0];
    return this.type;
  }

  async job(fields = {}) {
    const own = fields.customer_id && fields.site_id ? {} : await this.customerAndSite();
    return this.owner.make('jobs', {
      title: `Work ${unique()}`, requested_at: new Date().toISOString(), job_type_id: (await this.jobType()).id, customer_id: own.customer?.id, site_id: own.site?.id, ...fields,
    });
  }

  async statuses() {
    this.statusList ??= (await this.owner.read('/v1/status_defs?limit=200')).items;
    return this.statusList;
  }

  async status(stage) {
    const list = (await this.statuses()).filter((s) => s.stage === stage);
    return list.find((s) => s.is_default) ?? list[0];
  }

  async schedule(job, employees, { hours = 24, length = 2, by = this.owner } = {}) {
    const start = Date.now() + hours * 3600_000;
    return by.act(`/v1/jobs/${job.id}/schedule`, {
      start_at: new Date(start).toISOString(), end_at: new Date(start + length * 3600_000).toISOString(), employee_ids: employees,
    }, 201);
  }
}

export { Client, request, signIn };
export const files = (folder) => readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name)));

/** The test helper that looks past the guards of the encrypted file (tests/harness/vault.c). */
export const VAULT = resolve(ROOT, process.env.FIELDWARD_VAULT ?? join(BIN, '../vault'));
/** SQL past every guard: as PostgreSQL's administrator, or on the encrypted file with its own key. Gives rows as objects. */
export function adminSql(installation, sql) {
  if (installation.engine !== 'pgsql') {
    const text = execFileSync(VAULT, ['sql', installation.data, sql], { encoding: 'utf8', timeout: 60_000, maxBuffer: 256 << 20 });
    return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  }
  if (!/^\s*select/i.test(sql)) {
    psql(installation.database, sql);
    return [];
  }
  const text = psql(installation.database, `SELECT row_to_json(r) FROM (${sql.replace(/;\s*$/, '')}) r`);
  return text.split('\n').filter(Boolean).map((line) => JSON.parse(line));
}
/** A blob literal for adminSql(). */
export const blob = (installation, hex) => (installation.engine === 'pgsql' ? `'\\x${hex}'::bytea` : `x'${hex}'`);
export const idLiteral = (installation, id) => (installation.engine === 'pgsql' ? `'${id}'::uuid` : `x'${id.replaceAll('-', '')}'`);
