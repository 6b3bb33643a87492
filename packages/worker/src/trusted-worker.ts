/** What is used of a Trusted Types policy (https://w3c.github.io/trusted-types/). */
interface ScriptUrlPolicy {
  createScriptURL(url: string): unknown
}
interface PolicyFactory {
  createPolicy(name: string, rules: ScriptUrlPolicy): ScriptUrlPolicy
}

/** A page's policy may allow a name once; several copies of this module share it. */
const POLICY = Symbol.for('voisin.trustedTypes')

function policy(): ScriptUrlPolicy | undefined {
  const realm = globalThis as { trustedTypes?: PolicyFactory; [POLICY]?: ScriptUrlPolicy | undefined }
  realm[POLICY] ??= realm.trustedTypes?.createPolicy('voisin', { createScriptURL: (url) => url })
  return realm[POLICY]
}

/**
 * Starts a worker of voisin's own where a page asks for Trusted Types: its URL is then made by the policy `voisin`, which the page's
 * Content-Security-Policy has to name (`trusted-types voisin`).
 *
 * @param start Calls `new Worker(url, options)`. Bundlers find a worker's file by that very form, which leaves no place for a policy; so the
 *   form is kept and `Worker` is another while it is called.
 * @throws TypeError where the page allows no policy of this name.
 */
export function startTrusted<Started>(start: () => Started): Started {
  const trusted = policy()
  if (trusted === undefined) return start()
  const Plain = globalThis.Worker
  class TrustedWorker extends Plain {
    constructor(url: string | URL, options?: WorkerOptions) {
      super(trusted!.createScriptURL(String(url)) as string, options)
    }
  }
  try {
    globalThis.Worker = TrustedWorker
    return start()
  } finally {
    globalThis.Worker = Plain
  }
}
