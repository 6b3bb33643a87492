// It loads, and never serves anything.
export {}
