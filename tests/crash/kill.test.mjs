// The installation is killed at random moments while people work: what was acknowledged is there, what was not is whole or absent, the log verifies,
// and no change is without its event. FIELDWARD_KILL_ROUNDS says how often.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { adminSql, Company, Installation, unique, until, wait } from '../harness/server.mjs';

const ROUNDS = Number(process.env.FIELDWARD_KILL_ROUNDS ?? 5);
const VICTIMS = ['app', 'supervisor', 'edge', 'everything', 'courier'];
let it;
let company;
let owner;
before(async () => {
  it = await (await Installation.create()).start();
  company = await Company.create(it);
  owner = company.owner;
});
after(() => it?.end());

/** People at work: makes customers with a site and a job each, patches them; keeps what was acknowledged. */
function work(state) {
  let stop = false;
  const one = async () => {
    while (!stop) {
      const name = `Customer ${unique()}`;
      try {
        const made = await owner.post('/v1/customers', { name, code: unique() });
        if (made.status !== 201) continue;
        state.customers.set(made.json.id, { name, version: 1, maybe: `${name} changed` });
        const patched = await owner.patch(`/v1/customers/${made.json.id}`, { name: `${name} changed` }, 1);
        if (patched.status === 200) state.customers.set(made.json.id, { name: `${name} changed`, version: 2 });
        const site = await owner.post('/v1/sites', { customer_id: made.json.id, line1: '1 Road' });
        if (site.status !== 201) continue;
        const job = await owner.post('/v1/jobs', { title: name, customer_id: made.json.id, site_id: site.json.id, job_type_id: state.type });
        if (job.status !== 201) continue;
        state.jobs.set(job.json.id, job.json.no);
        const start = Date.now() + 86400_000;
        const visit = await owner.post(`/v1/jobs/${job.json.id}/schedule`, { start_at: new Date(start).toISOString(), end_at: new Date(start + 3600_000).toISOString(), employee_ids: [state.employee] });
        if (visit.status === 201) state.visits.set(visit.json.id, job.json.id);
      } catch {
        await wait(20); // nobody answers just now
      }
    }
  };
  const people = Array.from({ length: 6 }, one);
  return async () => {
    stop = true;
    await Promise.all(people);
  };
}

function kill(victim) {
  const signal = (pid, whole) => {
    try {
      if (pid > 1) process.kill(whole ? -pid : pid, 'SIGKILL');
    } catch { /* gone already */ }
  };
  if (victim === 'everything') it.killAll();
  else if (victim === 'supervisor') signal(it.process.pid);
  else signal(it.groupOf(victim), victim !== 'edge'); // of the edge only the master: its workers are left over
}

const state = { customers: new Map(), jobs: new Map(), visits: new Map() };
for (let round = 0; round < ROUNDS; round++) {
  const victim = VICTIMS[round % VICTIMS.length];
  test(`round ${round + 1}: ${victim} is killed`, async () => {
    state.type ??= (await company.jobType()).id;
    state.employee ??= (await owner.make('employees', { name: 'Worker' })).id;
    const before = state.customers.size;
    const done = work(state);
    await until(() => state.customers.size > before + 20 + Math.random() * 60, 'work is being done');
    kill(victim);
    if (victim === 'supervisor' || victim === 'everything') {
      await it.exit;
      await wait(50 + Math.random() * 200);
      const old = it.groupOf('app');
      it.launch();
      await until(() => it.groupOf('app') && it.groupOf('app') !== old, 'another app');
    }
    await it.ready();
    const after = state.customers.size;
    await until(() => state.customers.size > after + 5, 'work goes on');
    await done();
    const rows = new Map((await owner.all('customers')).map((row) => [row.id, row]));
    for (const [id, { name, maybe, version }] of state.customers) {
      const row = rows.get(id);
      assert.ok(row, `${name} was acknowledged and is there`);
      assert.ok(row.name === name || row.name === maybe, `${row.name} instead of ${name}`);
      assert.ok(row.version >= version);
    }
    const jobs = new Map((await owner.all('jobs')).map((row) => [row.id, row]));
    for (const [id, no] of state.jobs) assert.equal(jobs.get(id)?.no, no);
    const visits = new Set((await owner.all('appointments')).map((row) => row.id));
    for (const [id, job] of state.visits) {
      assert.ok(visits.has(id));
      assert.equal(jobs.get(job).stage, 'scheduled', 'the visit and what follows from it came together');
    }
    // Numbers are not given twice, and a job that has a visit is scheduled, acknowledged or not.
    assert.equal(new Set([...jobs.values()].map((j) => j.no)).size, jobs.size);
    for (const visit of await owner.all('appointments')) assert.notEqual(jobs.get(visit.job_id).stage, 'new');
    const verdict = await owner.act('/v1/audit/verify');
    assert.equal(verdict.ok, true, JSON.stringify(verdict));
  });
}

test('no change is without its event, and no event without its change', async () => {
  const tenant = `tenant_id = ${company.number}`;
  for (const noun of ['customer', 'site', 'job', 'appointment', 'appointment_person']) {
    const rows = adminSql(it, `SELECT count(*) AS n, sum(version) AS v FROM ${noun} WHERE ${tenant}`)[0];
    const tag = { customer: 5, site: 7, job: 10, appointment: 11, appointment_person: 12 }[noun];
    const events = adminSql(it, `SELECT count(*) AS n FROM audit_event WHERE ${tenant} AND noun = ${tag} AND action NOT IN ('read', 'reveal', 'export')`)[0];
    assert.equal(Number(events.n), Number(rows.v), `${noun}: every version of a row has one event`);
    assert.equal(Number(adminSql(it, `SELECT count(*) AS n FROM audit_event WHERE ${tenant} AND noun = ${tag} AND action = 'create'`)[0].n), Number(rows.n));
  }
});

test('a start after a kill ends what was left over and clears it away', async () => {
  const old = it.groupOf('app');
  process.kill(it.process.pid, 'SIGKILL');
  await it.exit;
  it.launch();
  await until(() => it.groupOf('app') && it.groupOf('app') !== old, 'another app'); // until then what is left over may still answer
  await it.ready();
  await until(() => {
    try {
      process.kill(-old, 0);
      return false;
    } catch {
      return true;
    }
  }, 'the old app is gone');
  const mine = readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(`--data\0${it.data}\0`);
    } catch {
      return false;
    }
  });
  assert.ok(mine.length <= 3, `supervisor, app, courier: ${mine}`);
  assert.ok(!existsSync(join(it.data, 'run/tmp')) || readdirSync(join(it.data, 'run/tmp')).every((name) => !/part|upload/.test(name)));
});

test('changing the schema under a running server is refused', async () => {
  const answer = await it.tryTool(['migrate', '--data', it.data, ...(it.engine === 'pgsql' ? ['--database', it.adminUrl] : [])]);
  assert.notEqual(answer.code, 0, 'migrating under a running server');
  assert.match(answer.stderr, /in use|stop the server/);
  assert.equal((await owner.get('/v1/me')).status, 200);
});
