// Four elements at a time: the loop itself would take as long as the work. The second vector's length counts; the first may go on.

/** Adds a vector times a number to another. */
export function addTimes(vector: Float64Array, times: number, to: Float64Array): void {
  const fours = to.length & ~3
  let i = 0
  for (; i < fours; i += 4) {
    to[i]! += times * vector[i]!
    to[i + 1]! += times * vector[i + 1]!
    to[i + 2]! += times * vector[i + 2]!
    to[i + 3]! += times * vector[i + 3]!
  }
  for (; i < to.length; i++) to[i]! += times * vector[i]!
}

export function dot(one: Float64Array, other: Float64Array): number {
  const fours = other.length & ~3
  let a = 0
  let b = 0
  let i = 0
  for (; i < fours; i += 4) {
    a += one[i]! * other[i]! + one[i + 1]! * other[i + 1]!
    b += one[i + 2]! * other[i + 2]! + one[i + 3]! * other[i + 3]!
  }
  for (; i < other.length; i++) a += one[i]! * other[i]!
  return a + b
}
