package org.kronocyte.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class TokenBucketTest {
  private final AtomicLong now = new AtomicLong();

  @Test
  void neverMoreThanRateAndBurstAndOnePacketGoes() {
    Random random = new Random(3);
    TokenBucket bucket = new TokenBucket(20_000, 50_000, now::get);
    long sent = 0;
    int largest = 30_000;
    for (int i = 0; i < 10_000; i++) {
      if (bucket.pause().isZero()) {
        int bytes = random.nextInt(largest);
        bucket.spend(bytes);
        sent += bytes;
      }
      now.addAndGet(random.nextInt(400_000_000));
      assertTrue(sent <= 20_000 * (now.get() / 1e9) + 50_000 + largest);
    }
    assertTrue(sent >= 0.9 * 20_000 * (now.get() / 1e9), "and not much less");
  }

  @Test
  void pauseIsJustLongEnough() {
    TokenBucket bucket = new TokenBucket(1000, 1000, now::get);
    bucket.spend(3000);
    Duration pause = bucket.pause();
    assertEquals(2.0, pause.toNanos() / 1e9, 0.001);
    now.addAndGet(pause.toNanos() - 1_000_000);
    assertTrue(!bucket.pause().isZero());
    now.addAndGet(2_000_000);
    assertTrue(bucket.pause().isZero());
  }

  @Test
  void nonsenseIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new TokenBucket(0, 1, now::get));
  }
}
