/** Microseconds of a clock that all processes of a machine share. */
export const micros = (): number => Number(process.hrtime.bigint() / 1000n);

const view = ({ buffer, byteOffset }: Int16Array): DataView => new DataView(buffer, byteOffset, 8);

/** Writes the time into the first four samples. */
export const stamp = (samples: Int16Array): Int16Array => {
  view(samples).setFloat64(0, micros());
  return samples;
};

/** The time that {@link stamp} wrote. */
export const stampOf = (samples: Int16Array): number => view(samples).getFloat64(0);
