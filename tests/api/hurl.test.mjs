// Plays every *.hurl file under this folder, each against a company of its own.
//
// Variables: base, token (the owner), email, password, tenant_id, tech_token, tech_employee_id, dispatcher_token, accountant_token,
// job_type_id, customer_id, site_id, and status_<stage> for each stage.
import { after, test } from 'node:test';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { play } from '../harness/hurl.mjs';
import { Company, doneWithShared, files, shared } from '../harness/server.mjs';

const folder = fileURLToPath(new URL('.', import.meta.url));
after(doneWithShared);

for (const path of files(folder).filter((name) => name.endsWith('.hurl')).sort()) {
  test(relative(folder, path), async (t) => {
    const company = await Company.create(await shared());
    const [tech, dispatcher, accountant] = [await company.person('technician', { employee: true }), await company.person('dispatcher'), await company.person('accountant')];
    const { customer, site } = await company.customerAndSite();
    const vars = {
      base: company.base, token: company.owner.token, email: company.email, password: company.password, tenant_id: company.id,
      tech_token: tech.token, tech_employee_id: tech.employeeId, dispatcher_token: dispatcher.token, accountant_token: accountant.token,
      customer_id: customer.id, site_id: site.id, job_type_id: (await company.jobType()).id,
    };
    for (const s of await company.statuses()) vars[`status_${s.stage}`] ??= s.id;
    await play(t, path, vars);
  });
}
