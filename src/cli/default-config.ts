/** Where the configuration is on a router. */
export const DEFAULT_CONFIG = '/etc/config/suntap';
