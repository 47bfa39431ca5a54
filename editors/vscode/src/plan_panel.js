// "Show the plan of this change": compiles what is saved, writes nothing, and shows the plan beside the text.
const { execFile } = require('child_process');
const fs = require('fs');
const path = require('path');
const vscode = require('vscode');
const { findOrTell } = require('./binary');

let panel;

/** The number of the change that the cursor is in, or of the last one above it; undefined when the file has none. */
function changeAt(text, offset) {
  let number;
  for (const match of text.matchAll(/^[ \t]*change\s+(\d+)\b/gm)) {
    if (number === undefined || match.index <= offset) number = Number(match[1]);
  }
  return number;
}

/** The folder with a project.mig, at or above a file. */
function projectOf(file) {
  for (let folder = path.dirname(file); ; folder = path.dirname(folder)) {
    if (fs.existsSync(path.join(folder, 'project.mig'))) return folder;
    if (folder === path.dirname(folder)) return undefined;
  }
}

function run(program, words, folder) {
  return new Promise((resolve) => {
    execFile(program, words, { cwd: folder, maxBuffer: 1 << 26 }, (error, out, err) => resolve({ out, err, error }));
  });
}

/** The plan as Markdown: of the newest change as it stands in the files, of an older one as it was written. */
async function markdownOf(program, project, number) {
  const answer = await run(program, ['compile', '--check', '--format', 'markdown', '--project', project], project);
  const compiled = /^# Change (\d+)\b/m.exec(answer.out);
  if (number === undefined || !compiled || Number(compiled[1]) === number) {
    return answer.out || '```\n' + (answer.err || String(answer.error || '')) + '\n```';
  }
  const plan = path.join('plans', `${String(number).padStart(4, '0')}.plan.json`);
  const shown = await run(program, ['show', plan, '--format', 'markdown'], project);
  return shown.out || '```\n' + shown.err + '\n```';
}

function page(body) {
  return `<!DOCTYPE html>
<html><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<style>
body { font-family: var(--vscode-font-family); color: var(--vscode-foreground); }
code, pre { font-family: var(--vscode-editor-font-family); }
pre { background: var(--vscode-textCodeBlock-background); padding: .6em; overflow-x: auto; }
table { border-collapse: collapse } td, th { border: 1px solid var(--vscode-panel-border); padding: .2em .6em; text-align: left }
</style></head><body>${body}</body></html>`;
}

async function show() {
  const editor = vscode.window.activeTextEditor;
  if (!editor || editor.document.languageId !== 'mig') {
    vscode.window.showWarningMessage('dmc: open a .mig file of the project first.');
    return;
  }
  const { document } = editor;
  const project = projectOf(document.uri.fsPath);
  if (!project) {
    vscode.window.showWarningMessage(`dmc: no project.mig stands beside ${path.basename(document.uri.fsPath)} or above it.`);
    return;
  }
  const program = await findOrTell(vscode.workspace.getWorkspaceFolder(document.uri));
  if (!program) return;
  if (document.isDirty) await document.save();
  const number = changeAt(document.getText(), document.offsetAt(editor.selection.active));
  const markdown = await markdownOf(program, project, number);
  const html = await vscode.commands.executeCommand('markdown.api.render', markdown);
  if (!panel) {
    panel = vscode.window.createWebviewPanel('dmc.plan', 'Plan', { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: false, enableFindWidget: true });
    panel.onDidDispose(() => { panel = undefined; });
  }
  panel.title = number === undefined ? 'Plan' : `Plan of change ${number}`;
  panel.webview.html = page(html);
  panel.reveal(undefined, true);
}

module.exports = { show, changeAt, projectOf };
