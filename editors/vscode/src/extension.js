// What VS Code calls: the language server, the plan beside the text, and the tasks.
const vscode = require('vscode');
const panel = require('./plan_panel');
const server = require('./server');
const tasks = require('./tasks');

async function activate(context) {
  context.subscriptions.push(
    vscode.commands.registerCommand('dmc.showPlan', panel.show),
    vscode.commands.registerCommand('dmc.restartServer', () => server.restart(context)),
    vscode.tasks.registerTaskProvider('dmc', tasks.provider));
  await server.start(context);
}

module.exports = { activate, deactivate: server.stop };
