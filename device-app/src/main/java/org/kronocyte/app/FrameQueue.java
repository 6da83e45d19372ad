package org.kronocyte.app;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.kronocyte.image.Frame;

/**
 * Frames between the camera's thread and the reader's. Holds at most a fixed number of frames, so
 * its memory is known.
 *
 * <p>When it is full, the camera of a live source drops the oldest waiting frame: the newest view
 * is what the person at the microscope looks at. Any other source waits, so that nothing stored is
 * skipped. Owns the frames it holds.
 */
final class FrameQueue implements AutoCloseable {
  private final int capacity;
  private final boolean dropping;
  private final Deque<Frame> waiting = new ArrayDeque<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean closed;

  /**
   * @param capacity frames, at least 1
   * @param dropping whether the oldest frame gives way when the queue is full
   */
  FrameQueue(int capacity, boolean dropping) {
    this.capacity = capacity;
    this.dropping = dropping;
  }

  /**
   * Takes over a frame.
   *
   * @return whether another frame, or this one on a closed queue, was dropped for it
   * @throws InterruptedException while waiting; the frame is dropped
   */
  boolean put(Frame frame) throws InterruptedException {
    lock.lock();
    try {
      while (!closed && !dropping && waiting.size() == capacity) {
        changed.await();
      }
      if (closed) {
        frame.close();
        return true;
      }
      boolean dropped = waiting.size() == capacity;
      if (dropped) {
        waiting.removeFirst().close();
      }
      waiting.addLast(frame);
      changed.signalAll();
      return dropped;
    } catch (InterruptedException e) {
      frame.close();
      throw e;
    } finally {
      lock.unlock();
    }
  }

  /** Waits for a frame, which becomes the caller's; empty after the timeout. */
  Optional<Frame> take(Duration timeout) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long nanos = timeout.toNanos();
      while (waiting.isEmpty() && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
      Optional<Frame> frame = Optional.ofNullable(waiting.pollFirst());
      changed.signalAll();
      return frame;
    } finally {
      lock.unlock();
    }
  }

  /** How many frames wait. */
  int size() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiting.forEach(Frame::close);
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
