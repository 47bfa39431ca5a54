// Bundles the extension and packs dmc-mig.vsix, offline: node build.mjs [FOLDER]. The same sources give the same bytes.
import { build } from 'esbuild';
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import yazl from 'yazl';

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(process.argv[2] ?? here, 'dmc-mig.vsix');
const read = (file) => fs.readFileSync(path.join(here, file));
const manifest = JSON.parse(read('package.json'));

const bundle = await build({
  entryPoints: [path.join(here, 'src/extension.js')],
  bundle: true, write: false, minify: true, platform: 'node', target: 'node18', format: 'cjs', external: ['vscode'],
  legalComments: 'none', logLevel: 'warning', metafile: true, absWorkingDir: here,
});

/** The licences of what is bundled, as they ask for. */
function licences() {
  const inputs = Object.keys(bundle.metafile.inputs);
  const names = [...new Set(inputs.map((file) => /node_modules\/([^/]+)\//.exec(file)?.[1]).filter(Boolean))].sort();
  return names.map((name) => {
    const folder = path.join(here, 'node_modules', name);
    const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e(\.|$)/i.test(entry));
    return `${name}\n\n${fs.readFileSync(path.join(folder, file), 'utf8')}\n`;
  }).join('\n');
}

const { scripts, dependencies, devDependencies, private: unpublished, ...shipped } = manifest;
const files = {
  'package.json': JSON.stringify(shipped, null, 2),
  'extension.js': bundle.outputFiles[0].text,
  'language-configuration.json': read('language-configuration.json'),
  'snippets/mig.json': read('snippets/mig.json'),
  'mig.tmLanguage.json': read('../textmate/mig.tmLanguage.json'),
  'README.md': read('README.md'),
  'LICENSE.txt': read('../../LICENSE'),
  'ThirdParty.txt': licences(),
};

const contentTypes = `<?xml version="1.0" encoding="utf-8"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
${['json:application/json', 'js:application/javascript', 'md:text/markdown', 'txt:text/plain', 'vsixmanifest:text/xml']
  .map((pair) => pair.split(':')).map(([ending, type]) => `  <Default Extension=".${ending}" ContentType="${type}"/>`).join('\n')}
</Types>
`;
const vsixManifest = `<?xml version="1.0" encoding="utf-8"?>
<PackageManifest Version="2.0.0" xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011">
  <Metadata>
    <Identity Language="en-US" Id="${manifest.name}" Version="${manifest.version}" Publisher="${manifest.publisher}"/>
    <DisplayName>${manifest.displayName}</DisplayName>
    <Description xml:space="preserve">${manifest.description}</Description>
    <Categories>${manifest.categories.join(',')}</Categories>
    <Properties>
      <Property Id="Microsoft.VisualStudio.Code.Engine" Value="${manifest.engines.vscode}"/>
    </Properties>
    <License>extension/LICENSE.txt</License>
  </Metadata>
  <Installation><InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation>
  <Dependencies/>
  <Assets>
    <Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.Details" Path="extension/README.md" Addressable="true"/>
    <Asset Type="Microsoft.VisualStudio.Services.Content.License" Path="extension/LICENSE.txt" Addressable="true"/>
  </Assets>
</PackageManifest>
`;

const zip = new yazl.ZipFile();
const add = (name, content) => zip.addBuffer(Buffer.from(content), name, { mtime: new Date(1980, 0, 1), mode: 0o100644 });
add('[Content_Types].xml', contentTypes);
add('extension.vsixmanifest', vsixManifest);
for (const [name, content] of Object.entries(files)) add(`extension/${name}`, content);
zip.end();
await new Promise((resolve, reject) => zip.outputStream.pipe(fs.createWriteStream(target)).on('close', resolve).on('error', reject));
console.log(path.relative(process.cwd(), target) || target);
