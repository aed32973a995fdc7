/** Before each test file: property tests ask the same questions at every run of the gate; FUZZ_RUNS asks others (test/fuzz.test.ts). */
import fc from 'fast-check';

if (!process.env.FUZZ_RUNS) fc.configureGlobal({ seed: 20261121 });
