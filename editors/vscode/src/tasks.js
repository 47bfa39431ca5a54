// Tasks: `dmc compile` and `dmc check` in every folder with a project, with the problem matcher of package.json.
const path = require('path');
const vscode = require('vscode');
const { find } = require('./binary');

function task(definition, folder, directory) {
  const words = [definition.command, ...(definition.options || [])];
  const run = new vscode.ProcessExecution(find(folder) || 'dmc', words, { cwd: directory });
  const made = new vscode.Task(definition, folder, `dmc ${words.join(' ')}`, 'dmc', run, '$dmc');
  if (definition.command === 'compile') made.group = vscode.TaskGroup.Build;
  return made;
}

const provider = {
  async provideTasks() {
    const tasks = [];
    for (const file of await vscode.workspace.findFiles('**/project.mig', '**/node_modules/**', 64)) {
      const folder = vscode.workspace.getWorkspaceFolder(file);
      const directory = path.dirname(file.fsPath);
      const options = folder && folder.uri.fsPath !== directory ? ['--project', path.relative(folder.uri.fsPath, directory)] : [];
      for (const command of ['compile', 'check']) {
        const definition = options.length > 0 ? { type: 'dmc', command, options } : { type: 'dmc', command };
        tasks.push(task(definition, folder, folder ? folder.uri.fsPath : directory));
      }
    }
    return tasks;
  },
  resolveTask(asked) {
    const folder = asked.scope && asked.scope.uri ? asked.scope : (vscode.workspace.workspaceFolders || [])[0];
    return task(asked.definition, folder, folder && folder.uri.fsPath);
  },
};

module.exports = { provider };
