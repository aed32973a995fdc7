/** An error without values from the database's details, which may quote a row. */
export function cleanError(error: unknown): { name: string; message: string; stack?: string } {
  if (!(error instanceof Error)) return { name: 'Error', message: 'unknown' };
  const database = 'severity' in error || 'routine' in error;
  const { code, table, constraint } = error as { code?: string; table?: string; constraint?: string };
  return {
    name: error.name,
    message: database ? `database error ${code ?? ''} ${table ?? ''} ${constraint ?? ''}`.trim() : error.message,
    stack: database ? undefined : error.stack,
  };
}
