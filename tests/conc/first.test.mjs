// The first rows of a company that are about nobody in particular, made by many at once: one subject for all of them, and nobody is refused.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { direct } from '../harness/scgi.mjs';
import { Company, Installation } from '../harness/server.mjs';

let it;
before(async () => { it = await (await Installation.create()).start(); });
after(() => it?.end());

test('many sign-ins from places that were not seen before, in a company that has sent no mail yet', async () => {
  for (let round = 0; round < 4; round++) {
    const company = await Company.create(it);
    const people = [];
    for (let i = 0; i < 6; i++) people.push(await company.person('technician'));
    // Each is known by now; another name of the program is a new place, of which word is sent.
    const answers = await Promise.all(people.map(({ email, password }, i) => direct(it, 'POST', '/v1/login', { body: { email, password }, headers: { 'user-agent': `new ${i}` }, from: `20.1.${round}.${i}` })));
    assert.deepEqual(answers.map((a) => a.status), people.map(() => 200), answers.map((a) => a.text).join('\n').slice(0, 600));
  }
});
