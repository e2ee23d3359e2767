import { it } from 'vitest';
import { expectKnownCalls, SMALL } from './calls.ts';

it('what a sync asks of a tenant is known beforehand', async () => expectKnownCalls(SMALL));
