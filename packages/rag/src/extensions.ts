/** Extensions of text files that are no prose, by how these are cut; in lower case, with spaces between. */
export const EXTENSIONS: Readonly<Record<'csv' | 'json' | 'lines' | 'code', string>> = {
  csv: 'csv tsv tab psv',
  json: 'json jsonl ndjson json5 jsonc geojson webmanifest ipynb',
  lines: 'log',
  code: `
    ts tsx mts cts js jsx mjs cjs py pyi rb go rs java kt kts scala groovy c h cc cpp cxx hh hpp cs fs swift dart php pl
    pm lua r jl ex exs erl hs clj cljs elm ml nim zig sol sh bash zsh fish ps1 bat cmd sql graphql proto yaml yml toml ini
    cfg conf properties env css scss sass less vue svelte astro tf hcl nix gradle cmake mk makefile dockerfile asm xsd xsl
    plist diff patch pyw phtml hxx ino fsx vb m mm lhs mli cljc edn hrl v d pas f f90 f95 s psm1 gql thrift styl xslt`,
}
