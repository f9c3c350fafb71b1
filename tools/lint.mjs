#!/usr/bin/env node
// lint.mjs - what no compiler asks of our C: which functions, words and kinds of state may stand where.
//
//   node tools/lint.mjs [FILE ...]      without files: all of src/, bench/ and fuzz/
//
// Prints file:line: what is wrong. An exception stands in the tables below with its reason.
import { readFileSync, readdirSync, existsSync } from "node:fs";
import { join, relative, resolve } from "node:path";

const root = resolve(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "..");

const BANNED = {
  strcpy: "str_dup or snprintf", strcat: "struct buf", strncpy: "snprintf", strncat: "struct buf", sprintf: "snprintf", vsprintf: "vsnprintf",
  gets: "fgets", strtok: "str_cut", atoi: "str_to_i64", atol: "str_to_i64", atoll: "str_to_i64", atof: "integers", rand: "random_bytes",
  srand: "random_bytes", random: "random_bytes", system: "fork and exec", popen: "fork and exec", alloca: "an arena", tmpnam: "mkstemp",
  mktemp: "mkstemp", localtime: "zone.h", gmtime: "time.h", ctime: "time.h", asctime: "time.h", setjmp: "an enum err", longjmp: "an enum err",
  signal: "sigaction or a signalfd",
};
// signal(SIGPIPE, SIG_IGN) has no handler and so none of its troubles.
const MAY_BANNED = { signal: ["src/fieldward/app.c", "bench/floor.c"] };

// What lives longer than a request and is given back by its own _free or _close; everything else comes from an arena.
const MAY_ALLOCATE = [
  "src/base/arena.c", "src/base/utf8.c", "src/base/json.c", "src/base/calendar.c", "src/base/zone.c", "src/crypt/keystore.c", "src/crypt/keydb.c", "src/crypt/slab.c", "src/crypt/xaes.c",
  "src/crypt/password.c", "src/sql/", "src/store/tx.c", "src/store/statements.c", "src/service/", "src/api/api.c", "src/edge/server.c", "src/flows/",
  "src/pdf/",
];

// SQL is written in sql/, store/ and migrations/; the key store has a file of its own.
const MAY_SAY_SQL = ["src/sql/", "src/store/", "src/crypt/keydb.c"];
// Money and time are integers; cairo and pango want doubles, and so do sqlite's callbacks.
const MAY_FLOAT = ["src/pdf/"];
// Handles of algorithms, fetched once; said there.
const MAY_KEEP_STATE = ["src/pdf/page.c", "src/crypt/xaes.c"];

const SQL = /^\s*(SELECT\s|INSERT\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(TABLE|INDEX|UNIQUE|VIEW|TRIGGER)\s|PRAGMA\s|ALTER\s+TABLE\s|DROP\s+(TABLE|INDEX|VIEW)\s)/;

const may = (list, file) => list.some((entry) => file.startsWith(entry));

// Comments go, strings become "", lines stay where they are; the strings are returned beside them.
function separate(text) {
  const strings = [];
  let line = 1;
  const code = text.replace(/\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|\n/g, (found) => {
    if (found === "\n") {
      line++;
      return found;
    }
    const lines = found.split("\n").length - 1;
    if (found[0] === '"') strings.push({ line, text: found.slice(1, -1) });
    line += lines;
    return found[0] === '"' ? '""' : found[0] === "'" ? "' '" : "\n".repeat(lines) || " ";
  });
  return { lines: code.split("\n"), strings };
}

function check(file, text) {
  const faults = [];
  const say = (line, what) => faults.push(`${file}:${line}: ${what}`);
  const raw = text.split("\n");
  const { lines, strings } = separate(text);
  const product = file.startsWith("src/") && !/\/test_\w+\.c$/.test(file);
  const wide = /^src\/(nouns|fieldward|dict)\//.test(file); // tables of fields

  if (text && !text.endsWith("\n")) say(raw.length, "the last line has no end");
  raw.forEach((l, i) => {
    if (/[ \t]$/.test(l)) say(i + 1, "white space at the end");
    if (/^ +\t/.test(l)) say(i + 1, "indent with tabs");
    if (product && !wide && l.replace(/\t/g, "        ").length > 200) say(i + 1, "longer than 200 columns");
  });
  lines.forEach((l, i) => {
    for (const [, name] of l.matchAll(/(?<![\w.>])(\w+)\s*\(/g))
      if (Object.hasOwn(BANNED, name) && product && !may(MAY_BANNED[name] ?? [], file)) say(i + 1, `${name}(): use ${BANNED[name]}`);
    if (!product) return;
    const heap = /(?<![\w.>])(malloc|calloc|realloc|free|strdup|asprintf)\s*\(/.exec(l);
    if (heap && !may(MAY_ALLOCATE, file)) say(i + 1, `${heap[1]}(): memory comes from an arena here`);
    if (/\b(float|double)\b/.test(l) && !may(MAY_FLOAT, file)) say(i + 1, "no floating point outside pdf/");
    if (/^static\s+(?!const\b|inline\b|_Noreturn\b)[^(]*?(\*\s*)?\w+(\[[^\]]*\])?\s*(=[^;]*)?;\s*$/.test(l) && !/\bconst\s+\w+(\[[^\]]*\])*\s*(=|;)/.test(l) &&
        !/^static\s+[^=]*\*\s*const\b/.test(l) && !may(MAY_KEEP_STATE, file)) say(i + 1, "no mutable state of a file");
  });
  for (const s of product ? strings : []) {
    if (SQL.test(s.text) && !may(MAY_SAY_SQL, file)) say(s.line, "SQL outside sql/, store/ and migrations/");
    if (/'%[.*\d]*s'/.test(s.text) && SQL.test(s.text) && !/schema_version/.test(s.text)) say(s.line, "a text put into SQL; bind it");
  }
  return faults;
}

function* sources(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(path);
    else if (/\.[ch]$/.test(entry.name)) yield path;
  }
}

const given = process.argv.slice(2).filter((f) => /\.[ch]$/.test(f) && existsSync(resolve(f)));
const files = process.argv.length > 2 ? given.map((f) => resolve(f)) : ["src", "bench", "fuzz"].flatMap((f) => [...sources(join(root, f))]);
const faults = files.flatMap((path) => check(relative(root, path), readFileSync(path, "utf8")));
for (const fault of faults) console.log(fault);
process.exit(faults.length ? 1 : 0);
