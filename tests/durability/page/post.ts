/** Which life of the browser this is: the harness listens to the latest alone. */
export const life: string | null = new URL(location.href).searchParams.get('life')

/** Tells the harness something. Resolves when it has heard. */
export async function post(path: string, body: unknown = null): Promise<void> {
  await fetch(`${path}${path.includes('?') ? '&' : '?'}life=${life}`, { method: 'POST', body: JSON.stringify(body) })
}
