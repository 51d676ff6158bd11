import type { FuseV1Config } from '@electron/fuses';

export function fusesFor(platform: string): Extract<FuseV1Config, { strictlyRequireAllFuses: true }>;
