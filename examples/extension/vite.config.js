export default {
  build: { rollupOptions: { input: ['panel.html', 'service-worker.js'], output: { entryFileNames: '[name].js' } } },
}
