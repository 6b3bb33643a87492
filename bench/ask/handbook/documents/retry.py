"""Call something that may fail, again and again, but not for ever."""

import logging
import random
import time

log = logging.getLogger(__name__)

# The gateway closes idle connections after 55 s, so a pause must stay well below.
MAX_DELAY = 40.0
BASE_DELAY = 0.25
MAX_ATTEMPTS = 7

# 429 and 503 carry Retry-After, 408 does not. 500 is left out on purpose:
# the ledger service answers 500 for a booking that was made.
RETRY_STATUS = {408, 425, 429, 502, 503, 504}


class GaveUp(Exception):
    """All attempts failed. `last` holds the last error, `attempts` their number."""

    def __init__(self, last, attempts):
        super().__init__(f"gave up after {attempts} attempts: {last}")
        self.last = last
        self.attempts = attempts


def delay_for(attempt, rng=random.random):
    """Full jitter: a random share of the exponential delay, in seconds.

    attempt counts from 0. See the load test of spring 2023, when equal
    delays brought the ticket shop down a second time.
    """
    return rng() * min(MAX_DELAY, BASE_DELAY * 2**attempt)


def call(send, *, attempts=MAX_ATTEMPTS, deadline=120.0, sleep=time.sleep, clock=time.monotonic):
    """Return send()'s response, trying again on RETRY_STATUS and ConnectionError.

    deadline: seconds for everything together, pauses included.
    Raises GaveUp; any other exception passes through at once.
    """
    started = clock()
    last = None
    for attempt in range(attempts):
        try:
            response = send()
        except ConnectionError as error:
            last = error
            pause = delay_for(attempt)
        else:
            if response.status not in RETRY_STATUS:
                return response
            last = f"status {response.status}"
            # Servers have asked for an hour; we would rather fail.
            pause = min(response.retry_after or delay_for(attempt), MAX_DELAY)
        if clock() - started + pause > deadline:
            break
        log.warning("attempt %d failed (%s), next in %.2f s", attempt + 1, last, pause)
        sleep(pause)
    raise GaveUp(last, attempt + 1)
