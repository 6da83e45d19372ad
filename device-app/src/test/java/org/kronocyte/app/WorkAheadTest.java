package org.kronocyte.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.kronocyte.publish.Await;

@Timeout(20)
class WorkAheadTest {
  private final AtomicInteger made = new AtomicInteger();
  private final List<Integer> closed = Collections.synchronizedList(new ArrayList<>());

  private record Numbered(int number, List<Integer> closed) implements WorkAhead.Item {
    @Override
    public void close() {
      closed.add(number);
    }
  }

  private Optional<Numbered> nextOf(int items) {
    return made.get() == items
        ? Optional.empty()
        : Optional.of(new Numbered(made.getAndIncrement(), closed));
  }

  private static List<Integer> taken(WorkAhead<Numbered> work) throws InterruptedException {
    List<Integer> out = new ArrayList<>();
    for (Optional<Numbered> item = work.take(); item.isPresent(); item = work.take()) {
      out.add(item.get().number());
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyItemComesInOrder(boolean ahead) throws Exception {
    try (WorkAhead<Numbered> work = WorkAhead.of(ahead, "maker", () -> nextOf(500))) {
      assertEquals(IntStream.range(0, 500).boxed().toList(), taken(work));
      assertEquals(Optional.empty(), work.take(), "it stays at its end");
    }
    assertEquals(List.of(), closed, "what was taken is the caller's");
  }

  /** One being made, one waiting, one with the reader. */
  @Test
  void aSlowReaderHoldsTheMakerUp() throws Exception {
    try (WorkAhead<Numbered> work = WorkAhead.of(true, "maker", () -> nextOf(100))) {
      for (int n = 0; n < 10; n++) {
        assertEquals(n, work.take().orElseThrow().number());
        int most = n + WorkAhead.IN_FLIGHT;
        Await.until("as far ahead as it may", () -> made.get() == most);
        Thread.sleep(5);
        assertEquals(most, made.get());
      }
    }
  }

  @Test
  void withoutAThreadNothingIsMadeAhead() throws Exception {
    Thread caller = Thread.currentThread();
    try (WorkAhead<Numbered> work =
        WorkAhead.of(
            false,
            "maker",
            () -> {
              assertSame(caller, Thread.currentThread());
              return nextOf(3);
            })) {
      assertEquals(0, made.get());
      work.take();
      assertEquals(1, made.get());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void failureOfTheMakerComesAfterWhatItMade(boolean ahead) throws Exception {
    IllegalStateException bug = new IllegalStateException("by script");
    try (WorkAhead<Numbered> work =
        WorkAhead.of(
            ahead,
            "maker",
            () -> {
              if (made.get() == 2) {
                throw bug;
              }
              return nextOf(5);
            })) {
      assertEquals(0, work.take().orElseThrow().number());
      assertEquals(1, work.take().orElseThrow().number());
      assertSame(bug, assertThrows(IllegalStateException.class, work::take));
    }
  }

  @Test
  void anErrorOfTheMakerIsNoEnd() {
    AssertionError error = new AssertionError("by script");
    try (WorkAhead<Numbered> work =
        WorkAhead.of(
            true,
            "maker",
            () -> {
              throw error;
            })) {
      assertSame(error, assertThrows(IllegalStateException.class, work::take).getCause());
    }
  }

  /** The reader failed: what was made is freed, and nothing runs on. */
  @Test
  void closingFreesWhatNobodyTook() throws Exception {
    try (WorkAhead<Numbered> work = WorkAhead.of(true, "maker", () -> nextOf(100))) {
      work.take();
      Await.until("held up", () -> made.get() == WorkAhead.IN_FLIGHT);
    }
    assertEquals(List.of(1, 2), closed);
    Thread.sleep(5);
    assertEquals(WorkAhead.IN_FLIGHT, made.get());
  }

  @Test
  void endGivesWhatNobodyTookAndInterruptsAWaitingMaker() throws Exception {
    CountDownLatch waiting = new CountDownLatch(1);
    AtomicInteger interrupted = new AtomicInteger();
    WorkAhead<Numbered> work =
        WorkAhead.of(
            true,
            "maker",
            () -> {
              if (made.get() == 1) {
                waiting.countDown();
                try {
                  Thread.sleep(60_000);
                } catch (InterruptedException e) {
                  interrupted.incrementAndGet();
                  throw e;
                }
              }
              return nextOf(5);
            });
    waiting.await();
    assertEquals(List.of(0), work.end().stream().map(Numbered::number).toList());
    assertEquals(1, interrupted.get());
    assertEquals(Optional.empty(), work.take());
  }

  /** What the maker uses may be freed once it is gone, and not before. */
  @Test
  void endWaitsForAMakerThatDoesNotListenAndKeepsTheInterrupt() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    AtomicInteger done = new AtomicInteger();
    WorkAhead<Numbered> work =
        WorkAhead.of(
            true,
            "maker",
            () -> {
              busy.countDown();
              long end = System.nanoTime() + 50_000_000L;
              while (System.nanoTime() < end) {
                Thread.onSpinWait();
              }
              done.incrementAndGet();
              return nextOf(5);
            });
    busy.await();
    Thread.currentThread().interrupt();
    work.close();
    assertTrue(Thread.interrupted());
    assertTrue(done.get() > 0);
    assertEquals(made.get(), closed.size());
  }

  @Test
  void aWaitingReaderCanBeInterrupted() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    try (WorkAhead<Numbered> work =
        WorkAhead.of(
            true,
            "maker",
            () -> {
              never.await();
              return nextOf(1);
            })) {
      Thread.currentThread().interrupt();
      assertThrows(InterruptedException.class, work::take);
      assertFalse(Thread.interrupted());
    }
  }
}
