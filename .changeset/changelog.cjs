/** All packages are released together, in one version, so an entry does not list those that it goes with. */
module.exports = {
  getReleaseLine: async ({ summary }) => `- ${summary.split('\n').join('\n  ')}`,
  getDependencyReleaseLine: async () => '',
}
