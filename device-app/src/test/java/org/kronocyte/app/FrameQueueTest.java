package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.kronocyte.image.Frame;
import org.kronocyte.image.Natives;

@Timeout(20)
class FrameQueueTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  private final ExecutorService camera = Executors.newSingleThreadExecutor();

  @BeforeAll
  static void load() throws Exception {
    Natives.load();
  }

  @AfterEach
  void stop() {
    camera.shutdownNow();
  }

  private static List<Frame> frames(int n) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      frames.add(TestFrames.blank("frame-" + i));
    }
    return frames;
  }

  private static String taken(FrameQueue queue) throws InterruptedException {
    try (Frame frame = queue.take(SHORT).orElseThrow()) {
      return frame.origin().name();
    }
  }

  @Test
  void liveQueueDropsAndFreesTheOldest() throws Exception {
    List<Frame> frames = frames(4);
    try (FrameQueue queue = new FrameQueue(2, true)) {
      assertFalse(queue.put(frames.get(0)));
      assertFalse(queue.put(frames.get(1)));
      assertTrue(queue.put(frames.get(2)));
      assertTrue(queue.put(frames.get(3)));
      assertEquals(2, queue.size());
      assertTrue(TestFrames.freed(frames.get(0)));
      assertTrue(TestFrames.freed(frames.get(1)));
      assertEquals("frame-2", taken(queue));
      assertEquals("frame-3", taken(queue));
    }
  }

  @Test
  void storedQueueWaitsForRoomAndKeepsOrder() throws Exception {
    List<Frame> frames = frames(3);
    try (FrameQueue queue = new FrameQueue(2, false)) {
      queue.put(frames.get(0));
      queue.put(frames.get(1));
      Future<Boolean> third = camera.submit(() -> queue.put(frames.get(2)));
      assertThrows(TimeoutException.class, () -> third.get(100, TimeUnit.MILLISECONDS));
      assertEquals("frame-0", taken(queue));
      assertFalse(third.get(5, TimeUnit.SECONDS));
      assertEquals("frame-1", taken(queue));
      assertEquals("frame-2", taken(queue));
    }
  }

  @Test
  void takeGivesUpAfterItsTimeout() throws Exception {
    try (FrameQueue queue = new FrameQueue(1, true)) {
      long start = System.nanoTime();
      assertEquals(Optional.empty(), queue.take(SHORT));
      assertTrue(System.nanoTime() - start >= SHORT.toNanos());
    }
  }

  @Test
  void closingFreesWhatWaitsAndLetsTheCameraGo() throws Exception {
    List<Frame> frames = frames(2);
    FrameQueue queue = new FrameQueue(1, false);
    queue.put(frames.get(0));
    Future<Boolean> second = camera.submit(() -> queue.put(frames.get(1)));
    assertThrows(TimeoutException.class, () -> second.get(50, TimeUnit.MILLISECONDS));
    queue.close();
    assertTrue(second.get(5, TimeUnit.SECONDS));
    assertTrue(frames.stream().allMatch(TestFrames::freed));
    assertEquals(0, queue.size());
  }

  @Test
  void interruptedCameraLeavesNoFrameBehind() throws Exception {
    List<Frame> frames = frames(2);
    try (FrameQueue queue = new FrameQueue(1, false)) {
      queue.put(frames.get(0));
      Future<Boolean> freed =
          camera.submit(
              () -> {
                assertThrows(InterruptedException.class, () -> queue.put(frames.get(1)));
                return TestFrames.freed(frames.get(1));
              });
      assertThrows(TimeoutException.class, () -> freed.get(50, TimeUnit.MILLISECONDS));
      camera.shutdownNow();
      assertTrue(get(freed));
      assertEquals(1, queue.size());
    }
  }

  private static boolean get(Future<Boolean> future)
      throws ExecutionException, InterruptedException, TimeoutException {
    return future.get(5, TimeUnit.SECONDS);
  }
}
