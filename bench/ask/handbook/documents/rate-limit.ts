/**
 * Token bucket per client: how many calls someone may make before we say 429.
 *
 * A bucket fills with `perSecond` tokens a second up to `burst`. A call takes one token, an upload takes
 * UPLOAD_COST of them. Buckets nobody has touched for IDLE_MS are dropped by `sweep`.
 */

export interface Limit {
  /** Tokens that come in each second. */
  perSecond: number
  /** The most that a bucket holds. */
  burst: number
}

export const UPLOAD_COST = 12
export const IDLE_MS = 15 * 60 * 1000

/** By plan, as sold. Internal has none: it is limited by the queue behind it. */
export const LIMITS: Record<'free' | 'team' | 'partner', Limit> = {
  free: { perSecond: 2, burst: 20 },
  team: { perSecond: 25, burst: 150 },
  partner: { perSecond: 80, burst: 600 },
}

interface Bucket {
  tokens: number
  touched: number
}

export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>()

  constructor(
    private readonly limit: Limit,
    private readonly now: () => number = Date.now,
  ) {}

  /** Milliseconds to wait, 0 if the call may go ahead. Takes the tokens only when there are enough. */
  take(client: string, cost = 1): number {
    const at = this.now()
    const bucket = this.buckets.get(client) ?? { tokens: this.limit.burst, touched: at }
    // Clocks step backwards when a virtual machine wakes up; never take tokens away for that.
    const elapsed = Math.max(0, at - bucket.touched)
    bucket.tokens = Math.min(this.limit.burst, bucket.tokens + (elapsed / 1000) * this.limit.perSecond)
    bucket.touched = at
    this.buckets.set(client, bucket)
    if (bucket.tokens >= cost) {
      bucket.tokens -= cost
      return 0
    }
    return Math.ceil(((cost - bucket.tokens) / this.limit.perSecond) * 1000)
  }

  /** Call it once a minute. Returns how many buckets were dropped. */
  sweep(): number {
    const before = this.buckets.size
    for (const [client, { touched }] of this.buckets) {
      if (this.now() - touched > IDLE_MS) this.buckets.delete(client)
    }
    return before - this.buckets.size
  }
}

// TODO(lotte): share buckets between the two regions. Today a client that talks to both gets twice its limit,
// which sales has sold to nobody but support has been asked about.
