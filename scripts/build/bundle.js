/**
 * Builds dist/: suntap.js (one file for Node 20), cap.node (the addon of `cap`, if it can be built
 * here) and the launcher. Plain JavaScript, so that it runs before anything else is built.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
mkdirSync('dist', { recursive: true });

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/suntap.js',
  bundle: true,
  platform: 'node',
  // CommonJS: it also runs where no package.json says what it is, and Node loads it in less memory
  // (measured: 0.4 MB private).
  format: 'cjs',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  define: { SUNTAP_VERSION: JSON.stringify(version), 'import.meta.url': 'bundleUrl' },
  banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
  logLevel: 'warning',
});

// This repository's package.json says that .js files are ES modules; the bundle is not.
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');

copyFileSync('scripts/build/suntap', 'dist/suntap');
chmodSync('dist/suntap', 0o755);

/**
 * NDEBUG: the addon asserts that polling never fails, which would end the process whenever its
 * interface goes away (src/capture/libpcap-source.ts deals with that instead).
 */
const addon = 'node_modules/cap/build/Release/cap.node';
const stamp = 'node_modules/cap/build/built-without-asserts';
if (!existsSync(addon) || !existsSync(stamp)) {
  const rebuilt = spawnSync('npm', ['rebuild', 'cap', '--build-from-source'], {
    env: {
      ...process.env,
      CXXFLAGS: `${process.env.CXXFLAGS ?? ''} -DNDEBUG -Wno-cast-function-type`,
      ...localHeaders(),
    },
    encoding: 'utf8',
  });
  if (rebuilt.status === 0 && existsSync(addon)) {
    writeFileSync(stamp, '');
  } else {
    process.stderr.write(
      `${rebuilt.stderr}\nThe capture addon was not built: it needs g++, make, python3 and libpcap-dev.\n` +
        'suntap works without it and then captures with tcpdump.\n',
    );
  }
}
rmSync('dist/cap.node', { force: true });
if (existsSync(addon) && existsSync(stamp)) copyFileSync(addon, 'dist/cap.node');

/** Node's own headers, where they are installed beside it: then none are downloaded. */
function localHeaders() {
  const prefix = dirname(dirname(process.execPath));
  return existsSync(`${prefix}/include/node/node.h`) ? { npm_config_nodedir: prefix } : {};
}
