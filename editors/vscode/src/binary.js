// Where the dmc program is, and what is said when it is nowhere.
const fs = require('fs');
const os = require('os');
const path = require('path');
const vscode = require('vscode');

/** The setting dmc.path with `~` and `${workspaceFolder}` filled in. */
function configured(folder) {
  const text = vscode.workspace.getConfiguration('dmc', folder && folder.uri).get('path') || 'dmc';
  const here = folder ? folder.uri.fsPath : '.';
  return text.replace(/^~(?=[\\/]|$)/, os.homedir()).replaceAll('${workspaceFolder}', here);
}

function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The program's path, or undefined when there is none. */
function find(folder) {
  const wanted = configured(folder);
  if (/[\\/]/.test(wanted)) return isProgram(wanted) ? wanted : undefined;
  const endings = process.platform === 'win32' ? ['.exe', ''] : [''];
  for (const place of (process.env.PATH || '').split(path.delimiter)) {
    for (const ending of endings) {
      const file = path.join(place || '.', wanted + ending);
      if (isProgram(file)) return file;
    }
  }
  return undefined;
}

/** The program's path; says where it was looked for when it is missing, and offers the setting. */
async function findOrTell(folder) {
  const found = find(folder);
  if (found) return found;
  const wanted = configured(folder);
  const where = /[\\/]/.test(wanted) ? `There is no program ${wanted}` : `No program '${wanted}' is in the PATH`;
  const chosen = await vscode.window.showErrorMessage(
    `dmc: ${where}. Install dmc, or say in the setting dmc.path where it is. Without it there are colours and snippets only.`,
    'Open the setting');
  if (chosen) await vscode.commands.executeCommand('workbench.action.openSettings', 'dmc.path');
  return undefined;
}

module.exports = { find, findOrTell };
