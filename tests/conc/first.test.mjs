// The first rows of a company that are about nobody in particular, made at the same moment: each is made (what they share is made once).
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { request } from '../harness/http.mjs';
import { Company, doneWithShared, shared } from '../harness/server.mjs';

let it;
before(async () => { it = await shared(); });
after(doneWithShared);

test('several people sign in with a device that is new, each is told so by mail, and nobody is refused for it', async () => {
  for (let round = 0; round < 4; round++) {
    const company = await Company.create(it);
    const people = [];
    for (let i = 0; i < 4; i++) people.push(await company.person('dispatcher'));
    const answers = await Promise.all(people.map(({ email, password }) =>
      request(it.base, 'POST', '/v1/login', { body: { email, password, tenant_id: company.id }, headers: { 'user-agent': 'another one' } })));
    assert.deepEqual(answers.map((a) => a.status), [200, 200, 200, 200], answers.map((a) => a.json.type).join());
  }
});
