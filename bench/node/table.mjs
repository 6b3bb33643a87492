/** Prints rows as a table: numbers to the right, nothing cut off, and no column that is empty. */
export function printTable(rows, allColumns) {
  const columns = allColumns.filter((column) => rows.some((row) => row[column] !== undefined))
  const text = (value) => (value === undefined ? '' : typeof value === 'number' ? value.toLocaleString('en') : String(value))
  const widths = columns.map((column) => Math.max(column.length, ...rows.map((row) => text(row[column]).length)))
  const line = (values, isNumber) =>
    values.map((value, i) => (isNumber(i) ? value.padStart(widths[i]) : value.padEnd(widths[i]))).join('  ')
  const numeric = columns.map((column) => rows.some((row) => typeof row[column] === 'number'))
  console.log(`\n${line(columns, (i) => numeric[i])}`)
  for (const row of rows) {
    const values = columns.map((column) => text(row[column]))
    console.log(line(values, (i) => numeric[i]))
  }
}
