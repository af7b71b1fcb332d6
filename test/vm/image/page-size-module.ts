/** Builds page-size/page_size.c against the unpacked headers of the machine's kernel. */

import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { runCommand } from '../../../scripts/run/command.ts';
import type { Kernel } from './kernel.ts';

/** Gives the path of the module. */
export function buildPageSizeModule(kernel: Kernel, directory: string): string {
  // The kernel's makefiles write beside the source.
  cpSync(join(import.meta.dirname, 'page-size'), directory, { recursive: true });
  const headers = join(kernel.tree, 'usr/src', `linux-headers-${kernel.release}`);
  runCommand('make', ['-s', '-C', headers, `M=${directory}`, 'modules']);
  const module = join(directory, 'page_size.ko');
  runCommand('strip', ['-g', module]);
  return module;
}
