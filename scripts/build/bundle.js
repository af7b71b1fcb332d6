/**
 * Builds dist/: suntap.js (one file for Node 20), cap.node (the addon of `cap`, if it can be built
 * here) and the launcher. Plain JavaScript, so that it runs before anything else is built.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';

const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
mkdirSync('dist', { recursive: true });

await build({
  entryPoints: ['src/main.ts'],
  outfile: 'dist/suntap.js',
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node20',
  minify: true,
  legalComments: 'none',
  define: { SUNTAP_VERSION: JSON.stringify(version) },
  logLevel: 'warning',
});

copyFileSync('scripts/build/suntap', 'dist/suntap');
chmodSync('dist/suntap', 0o755);

/**
 * NDEBUG: the addon asserts that polling never fails, which would end the process whenever its
 * interface goes away (src/capture/libpcap-source.ts deals with that instead).
 */
const addon = 'node_modules/cap/build/Release/cap.node';
const stamp = 'node_modules/cap/build/suntap-ndebug';
if (!existsSync(addon) || !existsSync(stamp)) {
  const rebuilt = spawnSync('npm', ['rebuild', 'cap', '--build-from-source', '--foreground-scripts'], {
    env: { ...process.env, CXXFLAGS: '-DNDEBUG -Wno-cast-function-type' },
    encoding: 'utf8',
  });
  if (rebuilt.status === 0 && existsSync(addon)) {
    copyFileSync('package.json', stamp);
  } else {
    rmSync('dist/cap.node', { force: true });
    process.stderr.write(
      'The capture addon was not built (it needs a C++ compiler, make, python3 and libpcap-dev).\n' +
        'suntap works without it: it then captures with tcpdump.\n',
    );
  }
}
if (existsSync(addon) && existsSync(stamp)) copyFileSync(addon, 'dist/cap.node');
