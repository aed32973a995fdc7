/** Digest of the style sources, as it stands in the first comment of site.css. */
export function styleDigest(): string;
/** The finished stylesheet. */
export function buildCss(): Promise<string>;
