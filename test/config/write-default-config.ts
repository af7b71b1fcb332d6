/** Writes openwrt/files/suntap.config anew: node --import tsx test/config/write-default-config.ts */
import { writeFileSync } from 'node:fs';
import { defaultConfigFile } from '../../src/config/option-documents.ts';

writeFileSync(new URL('../../openwrt/files/suntap.config', import.meta.url), defaultConfigFile());
