/** `suntap config check` and `suntap config render`. */
import { describe } from '../../config/config-error.ts';
import { loadConfig } from '../../config/load-config.ts';
import { render } from '../../config/render.ts';
import { DONE, FAILED, type ExitStatus } from '../exit-status.ts';
import { say } from '../terminal.ts';
import { meant, printable, type Invocation } from '../usage.ts';

const ACTIONS = ['check', 'render'];

export async function config({ operands }: Invocation): Promise<ExitStatus> {
  const [action = '', path = ''] = operands;
  if (!ACTIONS.includes(action)) {
    const hint = meant(action, ACTIONS) || `; there are: ${ACTIONS.join(', ')}.`;
    say(`There is no 'suntap config ${printable(action)}'${hint}`);
    return FAILED;
  }
  const result = await loadConfig(path);
  if (!result.ok) {
    for (const error of result.errors) say(describe(error));
    return FAILED;
  }
  process.stdout.write(
    action === 'render' ? render(result.settings) : 'The configuration is good.\n',
  );
  return DONE;
}
