/** The programs that the scene needs, and what to do where one is missing. */

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { CommandError, runCommand } from './command.ts';

/** Program and the Debian package that has it. */
const needed = [
  { program: 'ip', debianPackage: 'iproute2' },
  { program: 'nft', debianPackage: 'nftables' },
  { program: 'ethtool', debianPackage: 'ethtool' },
  { program: 'tcpdump', debianPackage: 'tcpdump' },
] as const;

/** Programs for root live here, also where a user's PATH leaves them out. */
const systemDirectories = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

function isInstalled(program: string): boolean {
  return (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK);
      return directory !== '';
    } catch {
      return false;
    }
  });
}

/**
 * Sees to it that all programs are there, installing on Debian what is missing. Needs root.
 * Gives undefined when they are, else a sentence for the user.
 */
export function providePrograms(say: (text: string) => void): string | undefined {
  process.env['PATH'] = [process.env['PATH'] ?? '', ...systemDirectories].join(delimiter);
  const missing = needed.filter(({ program }) => !isInstalled(program));
  if (missing.length === 0) return undefined;
  const programs = missing.map(({ program }) => program).join(', ');
  const packages = missing.map(({ debianPackage }) => debianPackage);
  if (!existsSync('/etc/debian_version') || !isInstalled('apt-get')) {
    return `Not installed: ${programs}. Please install ${packages.join(', ')} and run this again.`;
  }
  say(`Not installed: ${programs}. Installing ${packages.join(', ')} with apt-get.`);
  process.env['DEBIAN_FRONTEND'] = 'noninteractive';
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  try {
    try {
      runCommand('apt-get', install);
    } catch {
      // The lists of packages may be old, or not there at all.
      runCommand('apt-get', ['update']);
      runCommand('apt-get', install);
    }
  } catch (error) {
    const detail = error instanceof CommandError ? error.detail : String(error);
    return `apt-get could not install ${packages.join(', ')}: ${detail}`;
  }
  const still = missing.find(({ program }) => !isInstalled(program));
  return still === undefined ? undefined : `${still.program} is not there, though installed.`;
}
