// Prints the MB/s of npm `ioc-extractor` (version 7 runs on Node 18) on a file, in pieces of 64 kB cut at line ends:
// its patterns are quadratic in places, and whole files would flatter us.
//   node observables_ioc_extractor.mjs <node_modules> <file>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, file] = process.argv.slice(2);
const require = createRequire(join(modules, "index.js"));
const { extractIOC } = require("ioc-extractor");
const text = readFileSync(file, "utf8").slice(0, 4_000_000);
const pieces = [];
for (let at = 0; at < text.length; ) {
  const line = text.indexOf("\n", at + 65536);
  const space = line < 0 || line > at + 131072 ? text.indexOf(" ", at + 65536) : line;
  const end = space < 0 ? text.length : space + 1;
  pieces.push(text.slice(at, end));
  at = end;
}
extractIOC(pieces[0]);
const begin = process.cpuUsage();
for (const piece of pieces) extractIOC(piece);
const used = process.cpuUsage(begin);
console.log((text.length / 1e6 / ((used.user + used.system) / 1e6)).toFixed(3));
