/** Bundles every browser script into `outdir`; returns the file names. */
export function buildClient(outdir: string): Promise<string[]>;
