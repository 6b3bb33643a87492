/**
 * Writes the centroids that a row's codes name, part after part, and zeros after them.
 *
 * @param centroids i8: parts × 256 × `width`, and 8 bytes of room behind.
 * @param codes u8, one a part.
 * @param row Room for `rowBytes`, at least `parts` · `width`, and 8 behind.
 */
export function unpack(centroids: usize, width: usize, codes: usize, parts: usize, row: usize, rowBytes: usize): void {
  const codesEnd = codes + parts
  const rowEnd = row + rowBytes
  const bookBytes = width << 8
  if (width <= 8) {
    // Eight bytes at once: what is too many is written over next.
    for (; codes < codesEnd; codes++, centroids += bookBytes, row += width)
      store<u64>(row, load<u64>(centroids + <usize>load<u8>(codes) * width))
  } else {
    for (; codes < codesEnd; codes++, centroids += bookBytes, row += width)
      memory.copy(row, centroids + <usize>load<u8>(codes) * width, width)
  }
  for (; row < rowEnd; row++) store<u8>(row, 0)
}
