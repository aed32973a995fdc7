/**
 * The scripts that reach a browser. `scripts/build-client.mjs` bundles each to `<name>.js`; a page asks for one with `<Script name>`.
 * Paths are relative to the repository's root.
 */
export const clientEntries = {
  /** Quick exit: cover the page at once, then leave. */
  exit: 'src/ui/client/exit.ts',
  /** Copy buttons beside lines of text. */
  copy: 'src/ui/client/copy.ts',
  /** Ask before leaving a form with unsaved words. */
  unsaved: 'src/ui/client/unsaved.ts',
  /** Keys for the advocate's list of services. */
  listKeys: 'src/modules/directory/client/list-keys.ts',
  /** The button that turns the drawn map into one to move, that map, and its worker. */
  areaMap: 'src/modules/directory/client/area-map.ts',
  mapView: 'src/modules/directory/client/map-view.ts',
  mapWorker: 'node_modules/maplibre-gl/dist/maplibre-gl-worker.mjs',
  /** Make or use a passkey, then send the form. */
  passkey: 'src/modules/identity/client/passkey.ts',
} as const;

export type ClientScript = keyof typeof clientEntries;
