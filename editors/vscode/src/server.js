// The client of `dmc lsp`: one server for the workspace; it finds the projects in it by itself.
const vscode = require('vscode');
const { LanguageClient } = require('vscode-languageclient/node');
const { findOrTell } = require('./binary');

let client;

async function start(context) {
  const folder = (vscode.workspace.workspaceFolders || [])[0];
  const command = await findOrTell(folder);
  if (!command) return undefined;
  const server = { command, args: ['lsp'] };  // with a transport named, the client would add an option of its own
  client = new LanguageClient('dmc', 'dmc', { run: server, debug: server }, {
    documentSelector: [{ scheme: 'file', language: 'mig' }],
    synchronize: { fileEvents: vscode.workspace.createFileSystemWatcher('**/{*.mig,catalog/*.json}') },
  });
  context.subscriptions.push({ dispose: stop });
  await client.start();
  return client;
}

async function stop() {
  const running = client;
  client = undefined;
  if (running) await running.stop();
}

async function restart(context) {
  await stop();
  return start(context);
}

module.exports = { start, stop, restart };
