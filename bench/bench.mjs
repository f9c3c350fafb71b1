#!/usr/bin/env node
// bench.mjs - measures the product beside a floor program, on this machine, in one run. script/bench starts it.
//
// A line a figure: NAME product=… floor=… ratio=… unit=…, and goal=… where there is one. Rounds of product and floor alternate, and
// the middle of the rounds counts, so that what else the machine does falls on both.
import { spawn, execFileSync } from "node:child_process";
import { mkdtempSync, mkdirSync, writeFileSync, readFileSync, rmSync, openSync, readdirSync } from "node:fs";
import { tmpdir, cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import https from "node:https";
import net from "node:net";

const quick = process.argv.includes("--quick");
const only = process.argv.find((a) => a.startsWith("--only="))?.slice(7).split(",");
const build = resolve("build/release");
const sizes = quick
  ? { companies: 20, jobs: 1000, customers: 100, seconds: 4, rounds: 3, import: 5000 }
  : { companies: 100, jobs: 1000, customers: 100, seconds: 10, rounds: 5, import: 20000 };
const connections = 64;
const work = mkdtempSync(join(tmpdir(), "fieldward-bench."));
const running = new Set();
const missed = [];

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const wants = (name) => !only || only.some((o) => name.startsWith(o));

function line(name, { product, floor, unit, goal, least, most, note }) {
  const number = (v) => (v === undefined ? "-" : v >= 100 ? v.toFixed(0) : v >= 1 ? v.toFixed(2) : v.toFixed(3));
  const ratio = floor === undefined ? undefined : product / floor;
  const judged = goal === "ratio" ? ratio : product;
  const good = (least === undefined || judged >= least) && (most === undefined || judged <= most);
  const wish = least !== undefined ? ` goal>=${least}` : most !== undefined ? ` goal<=${most}` : "";
  console.log(`${name} product=${number(product)} floor=${number(floor)} ratio=${number(ratio)} unit=${unit}${wish}${wish ? (good ? " met" : " MISSED") : ""}${note ? ` (${note})` : ""}`);
  if (!good) missed.push(name);
}

function tool(program, args, options = {}) {
  return execFileSync(join(build, program), args, { encoding: "utf8", maxBuffer: 1 << 26, ...options });
}

async function freePort() {
  return await new Promise((done) => {
    const s = net.createServer().listen(0, "127.0.0.1", () => {
      const { port } = s.address();
      s.close(() => done(port));
    });
  });
}

function start(program, args, log, env = {}) {
  const out = openSync(log, "a");
  const child = spawn(join(build, program), args, { stdio: ["ignore", out, out], env: { ...process.env, ...env } });
  running.add(child);
  child.on("exit", () => running.delete(child));
  return child;
}

async function stop(child) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((done) => child.once("exit", done));
  child.kill("SIGTERM");
  await gone;
}

// A session of a browser; the floor takes the number of the company.
const asOurPage = (token) => (token.includes("=") ? { cookie: token, "x-app": "1", "sec-fetch-site": "same-origin" } : { authorization: `Bearer ${token}` });

function ask(port, path, { method = "GET", token, body, type } = {}) {
  return new Promise((done, fail) => {
    const headers = token ? asOurPage(token) : {};
    if (body) Object.assign(headers, { "content-type": type ?? "application/json", "content-length": Buffer.byteLength(body) });
    const rq = https.request({ host: "127.0.0.1", port, path, method, headers, rejectUnauthorized: false, agent: false }, (rs) => {
      const parts = [];
      rs.on("data", (d) => parts.push(d));
      rs.on("end", () => done({ status: rs.statusCode, text: Buffer.concat(parts).toString() }));
    });
    rq.on("error", fail);
    rq.end(body);
  });
}

async function untilAnswers(port, path = "/healthz", limitMs = 20000) {
  const from = performance.now();
  while (performance.now() - from < limitMs) {
    try {
      const { status } = await ask(port, path);
      if (status < 500) return performance.now() - from;
    } catch {
      // not yet there
    }
    await sleep(5);
  }
  throw new Error(`no answer on port ${port}`);
}

// ---- installations ----

function install(name, { companies, jobs, customers }, database) {
  const dir = join(work, name);
  mkdirSync(dir, { mode: 0o700 });
  writeFileSync(join(dir, "password"), "a long enough phrase 9472x\n", { mode: 0o600 });
  const data = join(dir, "data");
  tool("fieldward", ["init", "--data", data, "--company", "Bench", "--owner-email", "owner@example.test", "--owner-password-file",
    join(dir, "password"), ...(database ? ["--database", database] : [])]);
  if (companies) tool("bench/bench_seed", ["--data", data, String(companies), String(jobs), String(customers), dir]);
  return { dir, data };
}

async function serve(place) {
  place.port = await freePort();
  place.child = start("fieldward", ["serve", "--data", place.data, "--listen", `127.0.0.1:${place.port}`], join(place.dir, "serve.log"));
  place.firstAnswerMs = await untilAnswers(place.port);
}

async function serveFloor(place) {
  place.floorPort = await freePort();
  place.floor = start("bench/bench_floor", [place.data, join(place.dir, "floor.db"), `127.0.0.1:${place.floorPort}`, threads()], join(place.dir, "floor.log"));
  await untilAnswers(place.floorPort, "/v1/jobs");
}

const threads = () => String(process.env.FIELDWARD_THREADS || 4 * cpus().length);

async function load(port, tokens, what, seconds, width = connections) {
  const child = spawn(join(build, "bench/bench_load"), [String(port), String(seconds), String(width), tokens, what], { stdio: ["ignore", "pipe", "inherit"] });
  running.add(child);
  let text = "";
  child.stdout.on("data", (d) => (text += d));
  await new Promise((done) => child.once("close", done));
  running.delete(child);
  return JSON.parse(text);
}

// A process and all that it started.
function familyOf(pid) {
  const parents = new Map();
  for (const entry of readdirSync("/proc").filter((e) => /^\d+$/.test(e))) {
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, "utf8");
      parents.set(Number(entry), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      // gone in the meantime
    }
  }
  const family = new Set([pid]);
  for (let grown = true; grown; ) {
    grown = false;
    for (const [child, parent] of parents)
      if (family.has(parent) && !family.has(child)) {
        family.add(child);
        grown = true;
      }
  }
  return family;
}

// Processor time of a process and all that it started, in microseconds; more even than a rate when the machine does other things too.
function busyUs(pid) {
  let ticks = 0;
  for (const member of familyOf(pid)) {
    const stat = readFileSync(`/proc/${member}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * 10_000; // a tick is a hundredth of a second
}

function memoryMb(pid) {
  let rss = 0;
  let pss = 0;
  for (const member of familyOf(pid)) {
    rss += Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${member}/status`, "utf8"))?.[1] ?? 0);
    pss += Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${member}/smaps_rollup`, "utf8"))?.[1] ?? 0);
  }
  return { product: rss / 1024, note: `RSS of all processes; ${(pss / 1024).toFixed(0)} MB with shared pages counted once` };
}

// ---- figures ----

async function beside(place, what) {
  const product = [];
  const floor = [];
  const busy = { product: 0, floor: 0 };
  const asked = { product: 0, floor: 0 };
  let errors = 0;
  await load(place.port, join(place.dir, "tokens"), what, 1);
  await load(place.floorPort, join(place.dir, "tokens.floor"), what, 1);
  for (let i = 0; i < sizes.rounds; i++) {
    let from = busyUs(place.child.pid);
    const p = await load(place.port, join(place.dir, "tokens"), what, sizes.seconds);
    busy.product += busyUs(place.child.pid) - from;
    asked.product += p.per_second * sizes.seconds;
    from = busyUs(place.floor.pid);
    const f = await load(place.floorPort, join(place.dir, "tokens.floor"), what, sizes.seconds);
    busy.floor += busyUs(place.floor.pid) - from;
    asked.floor += f.per_second * sizes.seconds;
    errors += p.errors + f.errors;
    product.push(p.per_second);
    floor.push(f.per_second);
  }
  const each = (who) => (busy[who] / asked[who]).toFixed(0);
  const note = `processor time ${each("product")} us a request, floor ${each("floor")} us${errors ? `; ${errors} requests were refused` : ""}`;
  return { product: median(product), floor: median(floor), note, unit: "requests/s" };
}

function csv(rows) {
  const kinds = ["Illegal Dumping Pickup", "Metal/Household Appliances", "Graffiti Removal", "Bulky Items", "Dead Animal Removal", "Electronic Waste"];
  const states = ["Closed", "Closed", "Closed", "Closed", "Open", "Cancelled", "Pending", "Referred Out"];
  const sources = ["Call", "Mobile App", "Self Service", "Email", "Driver Self Report"];
  const out = ["srnumber,requesttype,status,actiontaken,createddate,updateddate,servicedate,closeddate,requestsource,owner,createdbyuserorganization,mobileos,anonymous,assignto,latitude,longitude,address,zipcode,apc,cd,nc,ncname,policeprecinct"];
  for (let i = 0; i < rows; i++) {
    const day = `${1 + (i >> 9) % 12}/${1 + (i >> 4) % 28}/20`;
    const hour = `${i % 24}:${String(i % 60).padStart(2, "0")}`;
    const place = (i * 7919) % Math.ceil(rows * 0.8); // four places for five requests, as in the city's own file
    out.push(`1-15${String(23000000 + i)},${kinds[i % 6]},${states[i % 8]},SR Created,${day} ${hour},${day} 23:50,${day} 23:00,${day} 23:55,${sources[i % 5]},BOS,BOS,,N,${["WV", "NC", "EV", "SLA", "WLA"][i % 5]},34.${194000 + place % 1000},-118.${499000 + place % 997},"${100 + place} W VANOWEN ST, 9${1000 + place % 700}",9${1000 + place % 700},South Valley APC,6,19,LAKE BALBOA NC,WEST VALLEY`);
  }
  return out.join("\r\n") + "\r\n";
}

async function importing(place) {
  const token = readFileSync(join(place.dir, "tokens"), "utf8").split(" ")[0];
  const body = csv(sizes.import);
  const from = performance.now();
  const rs = await ask(place.port, "/v1/imports?preset=la311&name=bench.csv", { method: "POST", token, body, type: "text/csv" });
  if (rs.status !== 202) throw new Error(`import: ${rs.status} ${rs.text}`);
  const { id } = JSON.parse(rs.text);
  for (;;) {
    const now = JSON.parse((await ask(place.port, `/v1/imports/${id}`, { token })).text);
    if (now.state !== "queued" && now.state !== "running" && now.rows_done >= now.rows_total) {
      if (now.rejected) console.log(`import: ${now.rejected} rows rejected`);
      break;
    }
    if (now.state === "failed") throw new Error(`import failed: ${JSON.stringify(now)}`);
    await sleep(20);
  }
  line("import", { product: sizes.import / ((performance.now() - from) / 1000), unit: "rows/s", least: 2000,
    note: `${sizes.import} rows, six kinds of row each` });
}

// Approving an invoice of a hundred lines beside its bare inserts; a statement of many documents.
async function money(place) {
  const token = readFileSync(join(place.dir, "tokens"), "utf8").split(" ")[0];
  const agent = new https.Agent({ keepAlive: true, maxSockets: 16, rejectUnauthorized: false });
  const call = (method, path, value) => new Promise((done, fail) => {
    const body = value === undefined ? undefined : JSON.stringify(value);
    const headers = { ...asOurPage(token), ...(body ? { "content-type": "application/json", "content-length": Buffer.byteLength(body) } : {}) };
    const rq = https.request({ host: "127.0.0.1", port: place.port, path, method, headers, agent }, (rs) => {
      const parts = [];
      rs.on("data", (d) => parts.push(d));
      rs.on("end", () => {
        const text = Buffer.concat(parts).toString();
        if (rs.statusCode >= 300) fail(new Error(`${method} ${path}: ${rs.statusCode} ${text.slice(0, 300)}`));
        else done(JSON.parse(text));
      });
    });
    rq.on("error", fail);
    rq.end(body);
  });
  const bill = async (customer, count) => {
    const draft = await call("POST", "/v1/invoices", { customer_id: customer });
    await call("POST", `/v1/invoices/${draft.id}/lines`, { lines: Array.from({ length: count }, (_, i) => ({ description: `Work number ${i}`, qty3: 1000, price4: 1000000 + i })) });
    return draft.id;
  };
  const { id: customer } = await call("POST", "/v1/customers", { name: "Bench" });
  const product = [];
  const drafts = [];
  for (let i = 0; i < (quick ? 30 : 100); i++) drafts.push(await bill(customer, 100));
  await sleep(2000); // what making them left to do is not part of approving
  for (const id of drafts) {
    const from = performance.now();
    await call("POST", `/v1/invoices/${id}/approve`);
    product.push((performance.now() - from) * 1000);
  }
  const floor = Number(tool("bench/bench_inserts", [join(place.dir, "inserts.db"), "100", quick ? "30" : "100"]));
  line("approve_100_lines", { product: median(product), floor, unit: "us", goal: "ratio", most: 3, note: "over HTTPS; the floor is its bare inserts in one transaction, without HTTP" });
  const { id: debtor } = await call("POST", "/v1/customers", { name: "Debtor" });
  const documents = quick ? 1000 : 5000;
  let made = 0;
  await Promise.all(Array.from({ length: 16 }, async () => {
    while (made++ < documents) await call("POST", `/v1/invoices/${await bill(debtor, 1)}/approve`);
  }));
  const statement = [];
  let entries = 0;
  for (let i = 0; i < 7; i++) {
    const from = performance.now();
    entries = (await call("GET", `/v1/customers/${debtor}/statement?from=2020-01-01`)).items.length;
    statement.push(performance.now() - from);
  }
  line(`statement_${entries}_documents`, { product: median(statement), unit: "ms", most: 300 });
  agent.destroy();
}

async function growth() {
  const small = install("small", { companies: 100, jobs: 100, customers: 20 });
  const large = install("large", { companies: 100, jobs: 10000, customers: 100 });
  await serve(small);
  await serve(large);
  const paths = { page: "page", filter: "/v1/jobs?limit=50&filter[stage]=new", search: "/v1/jobs?q=inverter&limit=20" };
  for (const [name, path] of Object.entries(paths)) {
    const at = { small: [], large: [] };
    for (let i = 0; i < sizes.rounds; i++) {
      at.small.push((await load(small.port, join(small.dir, "tokens"), path, sizes.seconds, 8)).p99_us / 1000);
      at.large.push((await load(large.port, join(large.dir, "tokens"), path, sizes.seconds, 8)).p99_us / 1000);
    }
    const goal = name === "search" ? {} : { goal: "ratio", most: 1.3 };
    line(`p99_${name}_1000000_jobs_against_10000`, { product: median(at.large), floor: median(at.small), unit: "ms", ...goal,
      note: "here the floor is the product with 10,000 jobs; 8 connections" });
  }
  await stop(small.child);
  await stop(large.child);
}

// What every request pays before it does anything: its session or token, the company, the membership, the rights.
function authentication(place) {
  const [token] = readFileSync(join(place.dir, "tokens"), "utf8").split(" ");
  const text = tool("bench/bench_auth", ["--data", place.data, token.split("=")[1]]);
  for (const row of text.trim().split("\n")) {
    const [name, value] = row.split(" ");
    line(name, { product: Number(value), unit: "us of CPU", most: 60 });
  }
}

async function hotTenant() {
  const url = process.env.FIELDWARD_TEST_PG;
  if (!url) {
    console.log("postgresql_writes_of_one_company skipped: run under tests/pg/with-cluster");
    return;
  }
  // The cluster is the tests' own and goes when they end, and with it this database.
  execFileSync("psql", [url, "-qc", "CREATE DATABASE bench"], { stdio: "inherit" });
  const place = install("pg", { companies: 8, jobs: 100, customers: 10 }, url.replace("/postgres?", "/bench?"));
  const all = readFileSync(join(place.dir, "tokens"), "utf8").trim().split("\n");
  writeFileSync(join(place.dir, "one"), all[0] + "\n");
  await serve(place);
  const one = await load(place.port, join(place.dir, "one"), "create", sizes.seconds);
  const many = await load(place.port, join(place.dir, "tokens"), "create", sizes.seconds);
  const page = await load(place.port, join(place.dir, "tokens"), "page", sizes.seconds);
  line("postgresql_creates_of_one_company", { product: one.per_second, unit: "requests/s", note: `p99 ${(one.p99_us / 1000).toFixed(0)} ms, ${one.errors} refused` });
  line("postgresql_creates_of_eight_companies", { product: many.per_second, unit: "requests/s", note: `p99 ${(many.p99_us / 1000).toFixed(0)} ms, ${many.errors} refused` });
  line("postgresql_page_50", { product: page.per_second, unit: "requests/s", note: `p99 ${(page.p99_us / 1000).toFixed(0)} ms, ${page.errors} refused` });
  await stop(place.child);
}

async function main() {
  console.log(`# ${sizes.companies * sizes.jobs} jobs in ${sizes.companies} companies, ${connections} connections, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)} before we began${quick ? "; --quick: the goals are set for 100,000 jobs" : ""}`);
  const place = install("main", sizes);
  await serve(place);
  line("first_answer", { product: place.firstAnswerMs / 1000, unit: "s", most: 1 });
  await ask(place.port, "/v1/jobs", { token: readFileSync(join(place.dir, "tokens"), "utf8").split(" ")[0] });
  await sleep(1500);
  line("memory_idle", { ...memoryMb(place.child.pid), unit: "MB", most: 60 });
  await serveFloor(place);
  if (wants("page")) line("page_50", { ...(await beside(place, "page")), goal: "ratio", least: 0.6 });
  if (wants("create")) line("create", { ...(await beside(place, "create")), goal: "ratio", least: 0.5 });
  await stop(place.floor);
  if (wants("import")) await importing(place);
  if (wants("money")) await money(place);
  if (wants("auth")) authentication(place);
  line("memory_after", { ...memoryMb(place.child.pid), unit: "MB", most: 256 });
  await stop(place.child);
  if (wants("micro"))
    for (const row of tool("bench/bench_micro", []).trim().split("\n")) {
      const [name, value] = row.split(" ");
      if (name.endsWith("_growth")) line(name, { product: Number(value), unit: "KiB", most: 2048, note: "six of them after the first" });
      else line(name, { product: Number(value), unit: "us", ...(name === "invoice_pdf" ? { most: 15000 } : {}) });
    }
  if (wants("postgresql")) await hotTenant();
  if (!quick && wants("p99")) await growth();
  if (missed.length) console.log(`# missed: ${missed.join(", ")}`);
}

process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  if (process.env.BENCH_KEEP) console.error(`kept ${work}`);
  else rmSync(work, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(130));
await main();
