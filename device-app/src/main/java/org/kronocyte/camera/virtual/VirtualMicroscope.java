package org.kronocyte.camera.virtual;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.kronocyte.camera.FrameSource;
import org.kronocyte.camera.Pace;
import org.kronocyte.image.Frame;
import org.kronocyte.image.FrameOrigin;

/**
 * A microscope with a stage that moves from field to field over a {@link VirtualSmear}: live, at
 * its own pace, and marked simulated in every frame.
 *
 * <p>Focus drifts slowly. Some frames are far out of focus, some show the field before once more
 * (slightly shifted), as happens when a person moves the stage by hand. Frames are named {@code
 * virtual:<seed>/field-<n>}, n counting frames from 0; which field each shows is in its {@link
 * #truth}. The sequence depends on the seed alone, not on time.
 */
public final class VirtualMicroscope implements FrameSource {
  /** Frames whose truth is kept. */
  static final int REMEMBERED = 256;

  private static final double OUT_OF_FOCUS = 0.08;
  private static final double REPEATED = 0.10;
  private static final double DRIFT_UM = 0.35;
  private static final double DRIFT_FRAMES = 37;

  private final VirtualSmear smear;
  private final InstantSource clock;
  private final Pace pace;
  private final SplittableRandom hand;
  private final Map<String, VirtualField.Truth> recent =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, VirtualField.Truth> eldest) {
          return size() > REMEMBERED;
        }
      };
  private long frames;
  private long fieldIndex = -1;
  private volatile boolean closed;

  /**
   * @param pace how often the stage stops at a field
   */
  public VirtualMicroscope(VirtualSmear smear, InstantSource clock, Pace pace) {
    this.smear = smear;
    this.clock = clock;
    this.pace = pace;
    this.hand = new SplittableRandom(~smear.seed());
  }

  @Override
  public String describe() {
    return "virtual microscope, seed " + smear.seed() + " (simulated, no specimen)";
  }

  @Override
  public boolean simulated() {
    return true;
  }

  @Override
  public boolean live() {
    return true;
  }

  /** Size of a pixel, known exactly. */
  public double umPerPx() {
    return smear.umPerPx();
  }

  @Override
  public Optional<Frame> next(Duration timeout) throws InterruptedException {
    if (closed || !pace.await(timeout) || closed) {
      return Optional.empty();
    }
    View view = move();
    VirtualField field = smear.field(fieldIndex, view);
    String name = "virtual:" + smear.seed() + "/field-" + frames;
    frames++;
    synchronized (recent) {
      recent.put(name, new VirtualField.Truth(fieldIndex, view, field.umPerPx(), field.cells()));
    }
    FrameOrigin origin = new FrameOrigin(name, FrameOrigin.Kind.SIMULATED);
    return Optional.of(
        Frame.ofBgr(field.bgr(), field.width(), field.height(), clock.instant(), origin));
  }

  /** Steps to the next field, or stays, and focuses more or less. */
  private View move() {
    boolean stay = frames > 0 && hand.nextDouble() < REPEATED;
    boolean lost = hand.nextDouble() < OUT_OF_FOCUS;
    double far = 2.5 + 2 * hand.nextDouble();
    double jitter = 0.1 * hand.nextGaussian();
    double shiftX = 2 * (hand.nextDouble() - 0.5);
    double shiftY = 2 * (hand.nextDouble() - 0.5);
    double drift = DRIFT_UM * Math.sin(2 * Math.PI * frames / DRIFT_FRAMES) + jitter;
    if (!stay) {
      fieldIndex++;
    }
    return new View(lost ? far : drift, stay ? shiftX : 0, stay ? shiftY : 0, frames);
  }

  /**
   * What is truly in a frame of the last {@value #REMEMBERED}. Any thread.
   *
   * @param frameName its origin's name
   */
  public Optional<VirtualField.Truth> truth(String frameName) {
    synchronized (recent) {
      return Optional.ofNullable(recent.get(frameName));
    }
  }

  @Override
  public boolean exhausted() {
    return closed;
  }

  @Override
  public void close() {
    closed = true;
  }
}
