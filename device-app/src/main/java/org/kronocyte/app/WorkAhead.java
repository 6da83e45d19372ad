package org.kronocyte.app;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Makes the next item on a thread of its own while its reader is busy with the last one. Items come
 * in the order they were made, none is lost: at most one waits, and a maker that is ahead of it is
 * held up. On a machine with one processor items are made when they are asked for, by the reader's
 * own thread.
 *
 * <p>One thread reads; {@link #end} stops the other.
 *
 * @param <T> what is made; closed here if nobody takes it
 */
final class WorkAhead<T extends WorkAhead.Item> implements AutoCloseable {
  /** Most items there are at once: one being made, one waiting, one with the reader. */
  static final int IN_FLIGHT = 3;

  /** Something that holds memory. */
  interface Item extends AutoCloseable {
    @Override
    void close();
  }

  /** Makes items one after another, on one thread. */
  interface Maker<T> {
    /** The next item; empty if there are no more. */
    Optional<T> next() throws InterruptedException;
  }

  private final Maker<T> maker;
  private final Optional<Thread> thread;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<T> waiting = new ArrayDeque<>();
  private boolean stopping;
  private boolean ended;
  private Optional<RuntimeException> failure = Optional.empty();

  private WorkAhead(Maker<T> maker, Optional<String> thread) {
    this.maker = maker;
    this.thread = thread.map(name -> new Thread(this::make, name));
    this.thread.ifPresent(Thread::start);
  }

  /** Whether a second thread has a processor to run on. */
  static boolean worthwhile() {
    return Runtime.getRuntime().availableProcessors() > 1;
  }

  /**
   * Begins.
   *
   * @param ahead false to make items only when they are asked for
   * @param name of the thread
   */
  static <T extends Item> WorkAhead<T> of(boolean ahead, String name, Maker<T> maker) {
    return new WorkAhead<>(maker, ahead ? Optional.of(name) : Optional.empty());
  }

  /**
   * Waits for the next item, which becomes the caller's; empty when all were taken.
   *
   * @throws RuntimeException what the maker failed with, after what it made before
   */
  Optional<T> take() throws InterruptedException {
    if (thread.isEmpty()) {
      return ended ? Optional.empty() : maker.next();
    }
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && !ended) {
        changed.await();
      }
      Optional<T> item = Optional.ofNullable(waiting.pollFirst());
      changed.signalAll();
      if (item.isEmpty() && failure.isPresent()) {
        throw failure.get();
      }
      return item;
    } finally {
      lock.unlock();
    }
  }

  private void make() {
    try {
      Optional<T> item = maker.next();
      while (item.isPresent() && hand(item.get())) {
        item = maker.next();
      }
      finish(Optional.empty());
    } catch (InterruptedException e) {
      finish(Optional.empty());
    } catch (RuntimeException e) {
      finish(Optional.of(e));
    } catch (Error e) {
      finish(Optional.of(new IllegalStateException("the thread ahead failed", e)));
    }
  }

  /** False if no more items are wanted; whoever ends this gets the last one, too. */
  private boolean hand(T item) {
    lock.lock();
    try {
      while (!waiting.isEmpty() && !stopping) {
        changed.awaitUninterruptibly();
      }
      waiting.addLast(item);
      changed.signalAll();
      return !stopping;
    } finally {
      lock.unlock();
    }
  }

  private void finish(Optional<RuntimeException> with) {
    lock.lock();
    try {
      failure = with;
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Stops the other thread, and returns only when it has done, so that what it used may be freed.
   *
   * @return the items nobody took, oldest first; the caller's
   */
  List<T> end() {
    lock.lock();
    try {
      stopping = true;
      changed.signalAll();
      // It may wait for something of its own.
      thread.ifPresent(Thread::interrupt);
      while (thread.isPresent() && !ended) {
        changed.awaitUninterruptibly();
      }
      ended = true;
      List<T> left = new ArrayList<>(waiting);
      waiting.clear();
      return left;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    end().forEach(Item::close);
  }
}
