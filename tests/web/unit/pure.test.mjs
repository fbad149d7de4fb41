// What needs no browser: layout, the question in an address, pasted addresses, the NOTICE file, both languages.
//
//   node --test tests/web/unit/pure.test.mjs
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';

const web = join(dirname(fileURLToPath(import.meta.url)), '../../../service/web');
const { build } = createRequire(join(web, 'package.json'))('esbuild');

async function load(source) {
  const result = await build({ absWorkingDir: web, stdin: { contents: source, resolveDir: join(web, 'src'), loader: 'ts' }, bundle: true, format: 'esm', write: false, platform: 'node', jsx: 'automatic', jsxImportSource: 'preact' });
  return import(`data:text/javascript;base64,${Buffer.from(result.outputFiles[0].text).toString('base64')}`);
}

const { columnsOf, layout, placeBeside, nodeHeight } = await load(`export * from './graph/layout'`);
const { amount, optionsOf, paramsOf, questionOf } = await load(`export * from './question'`);
const { filterOf, nameIn } = await load(`export { filterOf, nameIn } from './search'`);
const { noticeText } = await load(`export * from './artifact/notice-text'`);
const { en, ko } = await load(`export * from './text/en'; export * from './text/ko'`);

const overlaps = (places) => {
  const all = [...places.values()];
  return all.some((a, at) => all.slice(at + 1).some((b) => a.column === b.column && Math.abs(a.y - b.y) < nodeHeight));
};

// A derivation of so many boxes in so many levels; always the same. Each box has a child one level nearer to the focus,
// and every other one a second child further on, as merges and shared data sets have.
function graph(count, levels) {
  let seed = 7;
  const random = (below) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const rows = [['focus'], ...Array.from({ length: levels }, () => [])];
  const links = [];
  for (let at = 1; at < count; at += 1) {
    const level = at <= levels ? at : 1 + random(levels);
    const child = rows[level - 1];
    links.push({ child: child[random(child.length)], parent: `n${at}` });
    if (at % 2 && level > 2) {
      const other = rows[random(level - 1)];
      links.push({ child: other[random(other.length)], parent: `n${at}` });
    }
    rows[level].push(`n${at}`);
  }
  return { ids: rows.flat(), links };
}

test('origins stand left of what was made from them, and no boxes overlap', () => {
  for (const [count, columns] of [[2, 1], [17, 4], [300, 8]]) {
    const { ids, links } = graph(count, columns);
    const { nodes } = layout('focus', ids, links);
    assert.equal(nodes.size, ids.length);
    for (const { child, parent } of links) assert.ok(nodes.get(parent).column < nodes.get(child).column, `${parent} → ${child}`);
    assert.ok(!overlaps(nodes));
  }
});

test('the same graph is the same picture, in whatever order it comes', () => {
  const { ids, links } = graph(60, 5);
  const one = layout('focus', ids, links);
  const other = layout('focus', [...ids].reverse(), links);
  for (const id of ids) assert.deepEqual(one.nodes.get(id), other.nodes.get(id));
});

test('a cycle ends', () => {
  const columns = columnsOf('a', ['a', 'b', 'c'], [{ child: 'a', parent: 'b' }, { child: 'b', parent: 'c' }, { child: 'c', parent: 'a' }]);
  assert.equal(columns.size, 3);
  layout('a', ['a', 'b', 'c'], [{ child: 'a', parent: 'b' }, { child: 'b', parent: 'c' }, { child: 'c', parent: 'b' }]);
});

test('two thousand boxes find a place each, and none lies on another', () => {
  const { ids, links } = graph(2000, 12);
  // Told and not judged: machines differ. Of the processor, since other work on the machine is none of the layout's.
  const started = process.cpuUsage();
  const { nodes } = layout('focus', ids, links);
  console.log(`2,000 boxes, ${links.length} edges: ${(process.cpuUsage(started).user / 1000).toFixed(0)} ms`);
  assert.equal(nodes.size, ids.length);
  assert.ok(!overlaps(nodes));
});

test('what is placed does not move', () => {
  const { ids, links } = graph(40, 5);
  const before = layout('focus', ids, links).nodes;
  const after = placeBeside(before, 'n3', 'up', ['x1', 'x2', 'x3', 'x4', 'x5', 'x6', 'x7']);
  for (const [id, place] of before) assert.deepEqual(after.get(id), place);
  assert.equal(after.size, before.size + 7);
  assert.ok(!overlaps(after));
});

test('a question survives its address', () => {
  const text = 'for=commercial-use,modify&stance=cautious&as_of=2026-11-01&rev=3&as=sell&modified=yes&mau=50000000&region=EU&purpose=chat-assistant&facts=lawful-use:yes,trains-model:no&theory=weights-derive-from-data:no';
  const question = questionOf(new URLSearchParams(text));
  assert.deepEqual(questionOf(paramsOf(question)), question);
  const options = optionsOf(question);
  assert.equal(options.context.monthlyActiveUsers, 5e7);
  assert.deepEqual(options.context.facts, { 'lawful-use': true, 'trains-model': false });
  assert.deepEqual(options.theory, [{ theorySwitch: 'THEORY_SWITCH_WEIGHTS_DERIVE_FROM_DATA', setting: 'THEORY_SETTING_NO' }]);
  assert.equal(paramsOf(questionOf(new URLSearchParams(''))).toString(), '');
});

test('amounts as people write them', () => {
  assert.equal(amount('50M'), 5e7);
  assert.equal(amount('1.5 k'), 1500);
  assert.equal(amount('$20,000'), 20000);
  assert.equal(amount('2bn'), 2e9);
  for (const bad of ['', 'many', '-5', '5%', '1e999', 'NaN']) assert.equal(amount(bad), undefined, bad);
});

test('addresses of any hub', () => {
  assert.equal(nameIn('https://hub.example.org/org/name/tree/main'), 'org/name');
  assert.equal(nameIn('https://hub.example.org/datasets/org/name?x=1#y'), 'datasets/org/name');
  assert.equal(nameIn('  org/name '), 'org/name');
  assert.equal(nameIn('pkg:huggingface/org/name@1'), 'pkg:huggingface/org/name@1');
  assert.equal(nameIn('https://hub.example.org/%E0%A4%A'), '%E0%A4%A');
  assert.equal(filterOf('a "b" OR c'), '"a" AND "\\"b\\"" AND "OR" AND "c"');
});

test('a NOTICE lists each action once, with whose it is', () => {
  const duty = { duty: 'DUTY_KIND_ATTRIBUTION', value: 'Copyright A', term: 'Keep this.', section: '4', due: true };
  const text = noticeText({
    artifact: 'o/n', displayName: 'N', license: 'MIT', asOf: '2026-11-01', complete: false, unknown: ['nobody knows'],
    groups: [{ artifact: 'o/n', license: 'MIT', duties: [duty, { ...duty, value: 'not due', due: false }] }, { artifact: 'o/base', license: 'MIT', duties: [duty] }],
  });
  assert.equal(text.split('Copyright A').length, 2);
  assert.ok(text.includes('o/n (MIT 4); o/base (MIT 4)'));
  assert.ok(!text.includes('not due'));
  assert.ok(text.includes('INCOMPLETE') && text.includes('NOT KNOWN') && text.includes('not legal advice'));
});

test('both languages have the same words', () => {
  const shape = (value, path = '') => (typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value).flatMap(([key, part]) => shape(part, `${path}.${key}`)) : [path]);
  assert.deepEqual(shape(ko).sort(), shape(en).sort());
});

test('no model is called open source by the page', () => {
  const all = JSON.stringify(en);
  for (const match of all.matchAll(/open[- ]source(?! licen[cs]e| Initiative| AI Definition)/gi)) {
    assert.ok(/"open-source":/.test(all.slice(match.index - 1, match.index + 14)), all.slice(match.index - 40, match.index + 40));
  }
});
