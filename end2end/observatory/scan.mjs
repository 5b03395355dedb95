// What the MDN HTTP Observatory thinks of a site: its retriever, its tests and its marks, as JSON.
//
// usage: node scan.mjs HOST HTTP_PORT HTTPS_PORT
//
// The package's own `scan` knows only the ports 80 and 443, so the marks are added up here as it adds them up there.
import { existsSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const PACKAGE = '@mdn/mdn-http-observatory';
const home = dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`));

// The package fetches the list of preloaded hosts when it is installed. A host on loopback is on no list.
const preloaded = join(home, 'conf/hsts-preload.json');
if (!existsSync(preloaded)) writeFileSync(preloaded, '{}');

const { retrieve } = await import(`${PACKAGE}/src/retriever/retriever.js`);
const { ALL_TESTS } = await import(`${PACKAGE}/src/constants.js`);
const { getGradeForScore, getScoreModifier } = await import(`${PACKAGE}/src/grader/grader.js`);
const { MINIMUM_SCORE_FOR_EXTRA_CREDIT } = await import(`${PACKAGE}/src/grader/charts.js`);

const [host, httpPort, httpsPort] = process.argv.slice(2);
const requests = await retrieve(host, { httpPort, httpsPort });
if (!requests.responses.auto) throw new Error(`${host} does not answer`);

const tests = ALL_TESTS.map((test) => {
  const { result, pass } = test(requests);
  return { name: test.name, result, pass, modifier: getScoreModifier(result) };
});
const sum = (modifiers) => modifiers.reduce((all, one) => all + one, 100);
const withoutCredit = sum(tests.map((test) => Math.min(0, test.modifier)));
const score = withoutCredit >= MINIMUM_SCORE_FOR_EXTRA_CREDIT ? sum(tests.map((test) => test.modifier)) : withoutCredit;
console.log(JSON.stringify({ ...getGradeForScore(score), tests }));
