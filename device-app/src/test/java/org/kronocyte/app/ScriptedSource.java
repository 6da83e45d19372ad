package org.kronocyte.app;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.kronocyte.camera.FrameSource;
import org.kronocyte.image.Frame;
import org.kronocyte.problem.ProblemException;

/**
 * Gives what a script of words says: {@code field} a drawn one, {@code live} one without a name of
 * its own, {@code still} always the same of these, {@code blank} one the gate refuses, {@code tiny}
 * one that can't be read, {@code gone} an error, {@code none} no frame in time, {@code wait} the
 * same for ever, {@code bug} an unforeseen failure, {@code error} one of the Java machine. After
 * the script a stored source is exhausted; a live one waits.
 */
final class ScriptedSource implements FrameSource {
  private final Deque<String> script;
  private final boolean live;
  private int frames;
  private boolean closed;

  ScriptedSource(boolean live, List<String> words) {
    this.live = live;
    this.script = new ArrayDeque<>(words);
  }

  @Override
  public String describe() {
    return "script";
  }

  @Override
  public boolean simulated() {
    return false;
  }

  @Override
  public boolean live() {
    return live;
  }

  @Override
  public synchronized Optional<Frame> next(Duration timeout)
      throws ProblemException, InterruptedException {
    if (script.isEmpty()) {
      Thread.sleep(Math.min(5, timeout.toMillis()));
      return Optional.empty();
    }
    if (script.peek().equals("wait")) {
      Thread.sleep(Math.min(5, timeout.toMillis()));
      return Optional.empty();
    }
    return switch (script.pop()) {
      case "live" -> Optional.of(TestFrames.live(frames++));
      case "field" -> Optional.of(TestFrames.drawn(frames++));
      case "still" -> {
        frames++;
        yield Optional.of(TestFrames.live(0));
      }
      case "tiny" -> Optional.of(TestFrames.tiny("tiny-" + frames++));
      case "blank" -> Optional.of(TestFrames.blank("blank-" + frames++));
      case "gone" -> throw new ProblemException("camera_lost", "by script", "wait");
      case "bug" -> throw new IllegalStateException("by script");
      case "error" -> throw new OutOfMemoryError("by script");
      default -> Optional.empty();
    };
  }

  @Override
  public synchronized boolean exhausted() {
    return !live && script.isEmpty();
  }

  /** Never exhausted. */
  synchronized ScriptedSource endless() {
    script.add("wait");
    return this;
  }

  /** Whether the whole script was played. */
  synchronized boolean played() {
    return script.isEmpty();
  }

  synchronized boolean closed() {
    return closed;
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
