// Drives the built extension with a stand-in for VS Code: node extension.test.js EXTENSION_FOLDER PROJECT DMC
const assert = require('assert');
const fs = require('fs');
const Module = require('module');
const path = require('path');
const { spawnSync } = require('child_process');

const [, , folder, project, dmc] = process.argv;
const manifest = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'));
const said = [];
const commands = {};
const panels = [];
let provider;
let settings = { path: path.join(project, 'nowhere', 'dmc') };
const uri = (fsPath) => ({ fsPath, scheme: 'file', toString: () => `file://${fsPath}` });
const workspaceFolder = { uri: uri(project), name: 'shop', index: 0 };
const source = path.join(project, 'changes', '0001_first_tables.mig');
const document = {
  languageId: 'mig', uri: uri(source), isDirty: false,
  getText: () => fs.readFileSync(source, 'utf8'), offsetAt: () => 0,
};

/** Whatever the language client asks for beside the parts that are tested here: a value that bears anything. */
const anything = () => new Proxy(class {}, {
  get: (target, name) => {
    if (name === 'then') return undefined;
    if (name === 'prototype') return target.prototype;
    if (name === Symbol.iterator) return function* none() {};
    return name === Symbol.toPrimitive ? () => '' : anything();
  },
  apply: () => anything(),
  construct: () => anything(),
});
class EventEmitter {
  constructor() {
    this.listeners = [];
    this.event = (listener) => { this.listeners.push(listener); return { dispose() {} }; };
  }
  fire(event) { this.listeners.forEach((listener) => listener(event)); }
  dispose() {}
}
/** Whatever else is asked for: an event that never comes, or a thing that can be set and thrown away. */
const rest = (object) => new Proxy(object, {
  get: (target, name) => (name in target ? target[name] : () => ({ dispose() {}, set() {}, delete() {}, clear() {} })),
});
const known = {
  EventEmitter,
  version: '1.90.0',
  env: { appName: 'stand-in', language: 'en' },
  languages: rest({}),
  Uri: { file: uri, parse: (text) => uri(text.replace('file://', '')) },
  workspace: rest({
    textDocuments: [],
    createFileSystemWatcher: () => new Proxy({}, { get: () => () => ({ dispose() {} }) }),
    workspaceFolders: [workspaceFolder],
    getConfiguration: () => ({ get: (name) => settings[name] }),
    getWorkspaceFolder: () => workspaceFolder,
    findFiles: async () => [uri(path.join(project, 'project.mig'))],
  }),
  window: rest({
    visibleTextEditors: [],
    tabGroups: { all: [], onDidChangeTabs: () => ({ dispose() {} }) },
    createOutputChannel: () => ({ append() {}, appendLine() {}, show() {}, clear() {}, dispose() {} }),
    activeTextEditor: { document, selection: { active: {} } },
    showErrorMessage: async (text) => { said.push(text); },
    showWarningMessage: async (text) => { said.push(text); },
    createWebviewPanel: (type, title) => {
      const panel = { type, title, webview: { html: '' }, reveal() {}, onDidDispose() {} };
      panels.push(panel);
      return panel;
    },
  }),
  commands: {
    registerCommand: (name, run) => { commands[name] = run; return { dispose() {} }; },
    executeCommand: async (name, text) => (name === 'markdown.api.render' ? `<main>${text}</main>` : undefined),
  },
  tasks: { registerTaskProvider: (type, made) => { provider = made; return { dispose() {} }; } },
  ViewColumn: { Beside: -2 },
  TaskGroup: { Build: 'build' },
  ProcessExecution: class { constructor(program, words, options) { Object.assign(this, { program, words, options }); } },
  Task: class { constructor(definition, scope, name, from, execution, matcher) { Object.assign(this, { definition, scope, name, execution, matcher }); } },
};
const vscode = new Proxy(known, { get: (target, name) => (name in target ? target[name] : anything()) });
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));

async function main() {
  const extension = require(path.join(folder, manifest.main));
  const context = { subscriptions: [] };
  await extension.activate(context);
  assert.match(said.at(-1), /There is no program .*nowhere.*dmc\.path/, 'a missing program is told');

  await commands['dmc.showPlan']();
  assert.strictEqual(panels.length, 0, 'without the program there is no panel');

  settings = { path: dmc };
  const told = said.length;
  await commands['dmc.showPlan']();
  assert.strictEqual(panels[0].title, 'Plan of change 1');
  assert.match(panels[0].webview.html, /# Change 1: first tables[\s\S]*CREATE TABLE customers/, 'the plan is in the panel');
  assert.match(panels[0].webview.html, /Content-Security-Policy/);
  await commands['dmc.showPlan']();
  assert.strictEqual(panels.length, 1, 'the panel is used again');
  assert.ok(!fs.existsSync(path.join(project, 'plans')), 'nothing was written');

  const tasks = await provider.provideTasks();
  assert.deepStrictEqual(tasks.map((task) => task.name), ['dmc compile', 'dmc check']);
  assert.deepStrictEqual([tasks[0].execution.program, tasks[0].matcher, tasks[0].group], [dmc, '$dmc', 'build']);
  assert.strictEqual(provider.resolveTask({ definition: { type: 'dmc', command: 'compile', options: ['--check'] } }).name, 'dmc compile --check');

  // The problem matcher reads what the program says.
  const schema = path.join(project, 'schema', 'shop.mig');
  const good = fs.readFileSync(schema, 'utf8');
  fs.writeFileSync(schema, good.replace('primary key;', 'primary key,;'));
  const output = spawnSync(dmc, ['compile', '--project', project], { cwd: project, encoding: 'utf8' });
  fs.writeFileSync(schema, good);
  const [first, second] = manifest.contributes.problemMatchers[0].pattern.map((line) => new RegExp(line.regexp));
  const lines = (output.stdout + output.stderr).split('\n');
  const at = lines.findIndex((line) => first.test(line));
  assert.deepStrictEqual(first.exec(lines[at]).slice(1), ['error', 'E0100', "unexpected ',' in a column"]);
  assert.deepStrictEqual(second.exec(lines[at + 1]).slice(1), ['schema/shop.mig', '4', '32']);

  // Each snippet, filled in with its own suggestions, parses where it belongs.
  const snippets = JSON.parse(fs.readFileSync(path.join(folder, 'snippets', 'mig.json'), 'utf8'));
  const around = {
    project: (text) => text, database: (text) => `database d { ${text} }`, table: (text) => `database d { table t { ${text} } }`,
    change: (text) => `change 1 'c' { ${text} }`, run: (text) => `change 1 'c' { run 'r' on d { ${text} } }`,
    replica: (text) => `replica a from b { ${text} }`, reconcile: (text) => `reconcile a with b { ${text} }`,
    cutover: (text) => `change 1 'c' { cutover a { ${text} } }`, policy: (text) => `policy { ${text} }`,
    cluster: (text) => `cluster c { ${text} }`, cluster_database: (text) => `cluster c { database d { ${text} } }`,
  };
  for (const [name, { body }] of Object.entries(snippets)) {
    const text = [body].flat().join('\n').replace(/\$\{\d+\|([^,|]*)[^|]*\|\}/g, '$1').replace(/\$\{\d+:([^}]*)\}/g, '$1')
      .replace(/(?<!\\)\$0/g, '').replaceAll('\\$', '$');
    const read = spawnSync(dmc, ['fmt', '-'], { input: around[name.split(':')[0]](text), encoding: 'utf8' });
    assert.strictEqual(read.status, 0, `${name}: ${text}\n${read.stderr}`);
  }
  // The bundled client and the program understand each other.
  await commands['dmc.restartServer']();
  assert.strictEqual(said.length, told, `the server starts: ${said.at(-1)}`);
  await extension.deactivate();
  console.log('the extension did what it should');
}

main().then(() => process.exit(0)).catch((error) => { console.error(error); process.exit(1); });
