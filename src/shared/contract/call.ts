// How a call of the contract is written down: what goes in, what comes out.
import * as v from 'valibot';

export const call = <I extends v.GenericSchema, O extends v.GenericSchema>(input: I, output: O) => ({
  input,
  output,
  isBulk: false,
});

/** Carries files: larger messages, and more of them a second. */
export const bulk = <I extends v.GenericSchema, O extends v.GenericSchema>(input: I, output: O) => ({
  input,
  output,
  isBulk: true,
});

export const nothing = v.undefined();

export const count = v.pipe(v.number(), v.integer(), v.minValue(0));
