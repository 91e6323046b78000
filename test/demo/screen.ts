const started = Date.now();

/** A heading of the demo's output. */
export function title(text: string): void {
  process.stdout.write(`\n${text}\n${'─'.repeat(Math.min(text.length, 78))}\n`);
}

/** One line of the timeline: seconds since the start, what happened, and a detail. */
export function say(what: string, detail = ''): void {
  const seconds = ((Date.now() - started) / 1_000).toFixed(1).padStart(6);
  process.stdout.write(`${seconds} s  ${what}${detail && `: ${detail}`}\n`);
}

/** Rows of equal keys as aligned columns. */
export function table(rows: Record<string, string | number>[]): void {
  const columns = Object.keys(rows[0] ?? {});
  const width = (column: string) =>
    Math.max(column.length, ...rows.map((row) => String(row[column]).length));
  const line = (cells: (column: string) => string) =>
    columns
      .map((column) => {
        const text = cells(column);
        const number = typeof rows[0]![column] === 'number';
        return number ? text.padStart(width(column)) : text.padEnd(width(column));
      })
      .join('   ');
  process.stdout.write(`${line((column) => column)}\n`);
  process.stdout.write(`${line((column) => '─'.repeat(width(column)))}\n`);
  for (const row of rows) process.stdout.write(`${line((column) => String(row[column]))}\n`);
}
