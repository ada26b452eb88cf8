import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    readonly isLong: boolean;
  }
}

/** Whether tests may take their time, as in `npm run test:long`: more random cases, and thousands of steps. */
export const IS_LONG = inject('isLong');
