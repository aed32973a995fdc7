/** The shape of a record. It is an engine, so that files can be read by it in a thread that knows no database: src/engines/record-shape.ts. */
export * from '#engines/record-shape';
