// The machine of the eight stages and of a visit: every step that is listed can be taken, every other is refused, and what is missing is named.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { Company, doneWithShared, shared } from '../../harness/server.mjs';

const STAGES = ['new', 'scheduled', 'in_progress', 'on_hold', 'work_done', 'to_invoice', 'closed', 'cancelled'];
// From the product's own table (docs/dev): which step exists at all.
const STEPS = {
  new: ['scheduled', 'in_progress', 'on_hold', 'cancelled'],
  scheduled: ['in_progress', 'on_hold', 'cancelled'],
  in_progress: ['work_done', 'scheduled', 'on_hold', 'cancelled'],
  on_hold: ['in_progress', 'scheduled', 'new', 'cancelled'],
  work_done: ['to_invoice', 'closed', 'cancelled'],
  to_invoice: ['closed', 'cancelled'],
  closed: ['in_progress'],
  cancelled: [],
};
const REVIEW = () => new Date(Date.now() + 86400_000).toISOString();

let company;
let owner;
let worker;
before(async () => {
  company = await Company.create(await shared());
  owner = company.owner;
  worker = await owner.make('employees', { name: 'Somebody' });
});
after(doneWithShared);

const move = async (job, stage, extra = {}, by = owner) => by.post(`/v1/jobs/${job.id}/move`, { status_id: (await company.status(stage)).id, ...extra });
async function go(job, stage, extra) {
  const answer = await move(job, stage, extra);
  assert.equal(answer.status, 200, `to ${stage}: ${answer.text}`);
  return answer.json;
}
const words = (stage) => (stage === 'on_hold' ? { reason: 'Waiting', hold_review_at: REVIEW() } : stage === 'cancelled' ? { reason: 'Not wanted' } : {});

/** A job in a stage, reached by steps that people take. */
async function jobIn(stage, fields = {}) {
  let job = await company.job(fields);
  if (stage === 'scheduled') {
    await company.schedule(job, [worker.id]);
    return owner.read(`/v1/jobs/${job.id}`);
  }
  const path = { new: [], in_progress: ['in_progress'], on_hold: ['on_hold'], work_done: ['in_progress', 'work_done'], to_invoice: ['in_progress', 'work_done', 'to_invoice'],
    closed: ['in_progress', 'work_done', 'to_invoice', 'closed'], cancelled: ['cancelled'] }[stage];
  for (const next of path) job = await go(job, next, words(next));
  assert.equal(job.stage, stage);
  return job;
}

for (const from of STAGES)
  test(`from ${from}: exactly the listed steps exist`, async () => {
    const job = await jobIn(from);
    const { items } = await owner.read(`/v1/jobs/${job.id}/steps`);
    const offered = new Set(items.filter((s) => s.stage !== from).map((s) => s.stage));
    assert.deepEqual([...offered].sort(), [...STEPS[from]].sort());
    for (const to of STAGES.filter((stage) => stage !== from && !STEPS[from].includes(stage))) {
      const answer = await move(job, to, words(to));
      assert.equal(answer.status, 409, `${from} to ${to}`);
      assert.equal(answer.json.type, '/problems/conflict');
      assert.match(answer.json.detail, /no step/);
    }
    assert.equal((await owner.read(`/v1/jobs/${job.id}`)).version, job.version, 'a refusal changes nothing');
  });

for (const [from, list] of Object.entries(STEPS))
  for (const to of list)
    test(`the step from ${from} to ${to}`, async () => {
      const bare = from === 'work_done' && to === 'closed' ? { billing: 'warranty' } : {};
      const job = await jobIn(from, bare);
      const extra = { ...words(to), ...(from === 'closed' ? { reason: 'Leaks again' } : {}) };
      if (to === 'scheduled') {
        // A visit in time to come, made without the automatic move.
        const start = Date.now() + 86400_000;
        await owner.make('appointments', { job_id: job.id, start_at: new Date(start).toISOString(), end_at: new Date(start + 3600_000).toISOString() });
      }
      const moved = await go(job, to, extra);
      assert.equal(moved.stage, to);
      assert.ok(moved.version > job.version);
      assert.equal(moved.closed_at !== null, to === 'closed' || to === 'cancelled', 'closed_at');
      if (to === 'work_done') assert.ok(moved.completed_at);
      if (to === 'cancelled') assert.equal(moved.outcome, 'cancelled');
      if (to === 'on_hold') assert.equal(moved.hold_reason, 'Waiting');
      else assert.equal(moved.hold_reason, null);
    });

const missingOf = async (job, stage) => {
  const { items } = await owner.read(`/v1/jobs/${job.id}/steps`);
  return items.find((s) => s.stage === stage);
};

test('what stands in the way is named before the step and with the refusal', async () => {
  const job = await jobIn('new');
  for (const [stage, kind, field] of [['scheduled', 'visit', null], ['on_hold', 'field', 'hold_reason'], ['cancelled', 'field', 'outcome_note']]) {
    const step = await missingOf(job, stage);
    assert.equal(step.allowed, false, stage);
    assert.equal(step.missing[0].kind, kind);
    assert.equal(step.missing[0].field, field);
    assert.ok(step.missing[0].text.length > 5);
    const refused = await move(job, stage);
    assert.equal(refused.status, 409);
    assert.equal(refused.json.missing[0].kind, kind);
    if (field) assert.ok(refused.json.errors.some((e) => e.pointer === `/${field}`));
  }
  assert.equal((await missingOf(job, 'in_progress')).allowed, true);
  const both = await move(job, 'on_hold');
  assert.deepEqual(both.json.missing.map((m) => m.field), ['hold_reason', 'hold_review_at'], 'everything at once');
});

test('open required tasks keep the work from being done; tasks that do not matter do not', async () => {
  const job = await jobIn('in_progress');
  const tasks = [];
  for (const [text, required] of [['Find the fault', true], ['Repair', true], ['Sweep', false]]) tasks.push(await owner.make('tasks', { job_id: job.id, text, required }));
  const step = await missingOf(job, 'work_done');
  assert.deepEqual([step.allowed, step.missing[0].kind, step.missing[0].count], [false, 'tasks', 2]);
  assert.equal((await move(job, 'work_done')).status, 409);
  const done = await owner.change('tasks', tasks[0].id, { state: 'done', note: 'Valve' });
  assert.equal(done.done_by, (await owner.read('/v1/me')).user.id);
  assert.ok(done.done_at);
  await owner.change('tasks', tasks[1].id, { state: 'not_applicable' });
  await go(job, 'work_done');
  const again = await owner.change('tasks', tasks[0].id, { state: 'open' });
  assert.deepEqual([again.done_by, again.done_at], [null, null], 'reversible while the work is not closed');
});

test('work that is paid for goes to the invoice, work that is not closes', async () => {
  const paid = await jobIn('work_done');
  assert.equal((await move(paid, 'closed')).json.missing[0].kind, 'billing');
  const free = await jobIn('work_done', { billing: 'warranty' });
  assert.equal((await move(free, 'to_invoice')).json.missing[0].kind, 'billing');
  assert.equal((await go(free, 'closed')).stage, 'closed');
});

test('cancelling work cancels its visits that have not taken place, and no others', async () => {
  const job = await jobIn('scheduled');
  const second = await company.schedule(job, [worker.id], { hours: 48 });
  await owner.act(`/v1/appointments/${second.id}/arrive`);
  await owner.act(`/v1/appointments/${second.id}/finish`);
  await go(job, 'cancelled', { reason: 'Customer moved away' });
  const visits = (await owner.read(`/v1/appointments?filter[job_id]=${job.id}`)).items;
  assert.deepEqual(visits.map((v) => v.status).sort(), ['cancelled', 'finished']);
});

test('closed work is opened again by those who may, with a reason', async () => {
  const job = await jobIn('closed');
  const office = await company.person('dispatcher');
  const refused = await move(job, 'in_progress', { reason: 'Leaks again' }, office);
  assert.equal(refused.status, 409);
  assert.equal(refused.json.missing[0].kind, 'right');
  const bare = await move(job, 'in_progress');
  assert.equal(bare.json.missing[0].field, 'outcome_note', 'an old note is no reason');
  const open = await go(job, 'in_progress', { reason: 'Leaks again' });
  assert.deepEqual([open.stage, open.closed_at, open.outcome_note], ['in_progress', null, 'Leaks again']);
});

test('a visit of closed work is not planned', async () => {
  const job = await jobIn('closed');
  const answer = await owner.post(`/v1/jobs/${job.id}/schedule`, { start_at: REVIEW(), end_at: new Date(Date.now() + 90000_000).toISOString(), employee_ids: [worker.id] });
  assert.equal(answer.status, 409);
});

test('planning a visit moves new work on, makes a lead, and says who is missing', async () => {
  const job = await jobIn('new');
  const start = new Date(Date.now() + 86400_000).toISOString();
  const end = new Date(Date.now() + 90000_000).toISOString();
  const wrong = await owner.post(`/v1/jobs/${job.id}/schedule`, { start_at: start, end_at: end, employee_ids: [worker.id, '01900000-0000-7000-8000-000000000009'] });
  assert.equal(wrong.status, 422);
  assert.equal(wrong.json.errors[0].pointer, '/employee_ids/1');
  assert.equal((await owner.post(`/v1/jobs/${job.id}/schedule`, { start_at: end, end_at: start, employee_ids: [worker.id] })).status, 422);
  assert.equal((await owner.post(`/v1/jobs/${job.id}/schedule`, { start_at: start, end_at: end, employee_ids: [] })).status, 422);
  assert.equal((await owner.read(`/v1/jobs/${job.id}`)).stage, 'new', 'what failed moved nothing');
  const visit = await owner.act(`/v1/jobs/${job.id}/schedule`, { start_at: start, end_at: end, employee_ids: [worker.id] }, 201);
  assert.equal(visit.status, 'planned');
  const now = await owner.read(`/v1/jobs/${job.id}`);
  assert.deepEqual([now.stage, now.lead_id], ['scheduled', worker.id]);
  const { items } = await owner.act('/v1/appointments/check', { start_at: start, end_at: end, employee_ids: [worker.id] });
  assert.ok(items.some((i) => i.kind === 'appointment' && i.employee_id === worker.id && i.text.includes(now.no)), JSON.stringify(items));
  const itself = await owner.act('/v1/appointments/check', { start_at: start, end_at: end, employee_ids: [worker.id], appointment_id: visit.id });
  assert.ok(!itself.items.some((i) => i.text.includes(now.no)), 'a visit does not clash with itself');
});

// ---- visits ----

const VISIT_STEPS = {
  confirm: [['planned'], 'confirmed'],
  dispatch: [['planned', 'confirmed'], 'dispatched'],
  travel: [['planned', 'confirmed', 'dispatched'], 'travelling'],
  arrive: [['planned', 'confirmed', 'dispatched', 'travelling'], 'on_site'],
  finish: [['on_site'], 'finished'],
  incomplete: [['on_site'], 'incomplete'],
  no_access: [['travelling', 'on_site'], 'no_access'],
  cancel: [['planned', 'confirmed', 'dispatched'], 'cancelled'],
};
const VISIT_PATH = { planned: [], confirmed: ['confirm'], dispatched: ['dispatch'], travelling: ['travel'], on_site: ['arrive'], finished: ['arrive', 'finish'],
  incomplete: ['arrive', 'incomplete'], no_access: ['travel', 'no_access'], cancelled: ['cancel'] };

async function visitIn(state) {
  const job = await company.job();
  let visit = await company.schedule(job, [worker.id]);
  for (const act of VISIT_PATH[state]) visit = await owner.act(`/v1/appointments/${visit.id}/${act}`, { reason: 'As it was' });
  assert.equal(visit.status, state);
  return { job, visit };
}

for (const state of Object.keys(VISIT_PATH))
  test(`a visit that is ${state}: what it can become`, async () => {
    for (const [act, [from, to]] of Object.entries(VISIT_STEPS)) {
      const { visit } = await visitIn(state);
      const answer = await owner.post(`/v1/appointments/${visit.id}/${act}`, { reason: 'Because' });
      if (to === state) {
        assert.equal(answer.status, 200, `${act} said twice`);
        assert.equal(answer.json.version, visit.version, 'the first answer again');
      } else if (from.includes(state)) {
        assert.equal(answer.status, 200, `${act}: ${answer.text}`);
        assert.equal(answer.json.status, to);
      } else {
        assert.equal(answer.status, 409, `${act} from ${state}`);
        assert.equal((await owner.read(`/v1/appointments/${visit.id}`)).version, visit.version);
      }
    }
  });

test('a visit takes the work along: travel begins it, an incomplete one gives it back', async () => {
  const { job, visit } = await visitIn('planned');
  await company.schedule(job, [worker.id], { hours: 72 });
  const moving = await owner.act(`/v1/appointments/${visit.id}/travel`);
  assert.ok(moving.travel_at);
  assert.equal((await owner.read(`/v1/jobs/${job.id}`)).stage, 'in_progress');
  const there = await owner.act(`/v1/appointments/${visit.id}/arrive`);
  assert.ok(there.arrived_at >= there.travel_at);
  const bare = await owner.post(`/v1/appointments/${visit.id}/incomplete`);
  assert.equal(bare.status, 422);
  assert.equal(bare.json.errors[0].pointer, '/reason');
  const ended = await owner.act(`/v1/appointments/${visit.id}/incomplete`, { reason: 'Part is missing' });
  assert.ok(ended.ended_at);
  assert.equal(ended.outcome, 'Part is missing');
  assert.equal((await owner.read(`/v1/jobs/${job.id}`)).stage, 'scheduled', 'the next visit is planned already');
});

test('moving a confirmed visit takes the confirmation back and counts the moves; one that has begun stays', async () => {
  const { visit } = await visitIn('confirmed');
  const later = (ms) => new Date(Date.parse(visit.start_at) + ms).toISOString();
  const moved = await owner.change('appointments', visit.id, { start_at: later(3600_000), end_at: later(7200_000) });
  assert.deepEqual([moved.id, moved.status, moved.sequence], [visit.id, 'planned', 1]);
  await owner.act(`/v1/appointments/${visit.id}/arrive`);
  const now = await owner.read(`/v1/appointments/${visit.id}`);
  const refused = await owner.patch(`/v1/appointments/${visit.id}`, { start_at: later(0) }, now.version);
  assert.equal(refused.status, 409);
});

test('two statuses of one stage: a person may change between them', async () => {
  const job = await jobIn('on_hold');
  const other = (await company.statuses()).find((s) => s.stage === 'on_hold' && s.id !== job.status_id);
  const moved = await owner.act(`/v1/jobs/${job.id}/move`, { status_id: other.id });
  assert.deepEqual([moved.stage, moved.status_id, moved.hold_reason], ['on_hold', other.id, 'Waiting']);
});
