/** Row types of what an import keeps (migrations/0003_import.sql) and of files to be taken along (0014_export_files.sql). */
import type { ColumnType, Generated, Selectable } from 'kysely';
import type { Json, Tx } from '#kernel';
import type { Audience } from '#modules/organisations';
import type { ExportFormat } from './export-slices.ts';
import type { Mapping, ReadChoices } from './read.ts';
import type { Summary } from './summary.ts';

type At = ColumnType<Date, Date | undefined, Date>;
type Later<T> = ColumnType<T | null, T | null | undefined, T | null>;

/** What imported records are shown to: those who vet alone; listed for those who refer; also the public. */
export const showings = ['vetting', 'listed', 'public'] as const;
export type Showing = (typeof showings)[number];

export interface ImportChoices extends ReadChoices {
  show: Showing;
  /** Leave out rows with broken links and bring in the rest; otherwise one of them stops all. */
  skipBroken: boolean;
  /** Where a person and the file both changed a value, the file's counts. */
  overwrite: boolean;
}

/** Field → mark of its value; `place` for all that is sealed. */
export type Said = Record<string, string>;

export type ImportTables = {
  'app.directory_import': {
    id: Generated<string>;
    network_id: string;
    filename: string;
    sealed: Later<Buffer>;
    differences: Later<Buffer>;
    choices: Json<ImportChoices>;
    summary: Json<Summary>;
    author_id: string | null;
    at: At;
    confirmed_at: Later<Date>;
    listed_by: Later<string>;
    listed_at: Later<Date>;
  };
  'app.directory_import_record': { network_id: string; record_id: string; said: Json<Said>; at: At };
  'app.directory_import_mapping': {
    network_id: string;
    headings: string;
    mapping: Json<Mapping>;
    author_id: string | null;
    at: At;
  };
};

/** The transaction with these tables in its types. */
export const imports = (tx: Tx) => tx.withTables<ImportTables>();

type ExportTables = {
  'app.directory_export': {
    id: string;
    network_id: string;
    person_id: string;
    audience: Audience;
    format: ExportFormat;
    begun_at: Date;
    finished_at: Later<Date>;
    bytes: ColumnType<string | number, number | undefined, number>;
  };
  'app.directory_export_piece': {
    network_id: string;
    person_id: string;
    export_id: string;
    place: number;
    sealed: Buffer;
  };
};
export type ExportRow = Selectable<ExportTables['app.directory_export']>;
export const files = (tx: Tx) => tx.withTables<ExportTables>();
