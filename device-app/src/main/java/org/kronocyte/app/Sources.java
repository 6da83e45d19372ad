package org.kronocyte.app;

import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.kronocyte.camera.CameraSettings;
import org.kronocyte.camera.FolderSource;
import org.kronocyte.camera.FrameSource;
import org.kronocyte.camera.MjpegSource;
import org.kronocyte.camera.Pace;
import org.kronocyte.camera.Sleeper;
import org.kronocyte.camera.V4l2Source;
import org.kronocyte.camera.virtual.SmearRecipe;
import org.kronocyte.camera.virtual.VirtualMicroscope;
import org.kronocyte.camera.virtual.VirtualSmear;
import org.kronocyte.config.CameraConfig;
import org.kronocyte.problem.ProblemException;

/** Opens the source that the configuration names, and never another. */
final class Sources {
  private static final long VIRTUAL_SEED = 1;

  private Sources() {}

  static FrameSource open(CameraConfig camera, Clock clock) throws ProblemException {
    if (camera instanceof CameraConfig.V4l2 v4l2) {
      CameraSettings settings =
          new CameraSettings(v4l2.device(), v4l2.widthPx(), v4l2.heightPx(), v4l2.fps());
      return new V4l2Source(settings, clock, System::nanoTime, Sleeper.REAL, new Random());
    }
    if (camera instanceof CameraConfig.Folder folder) {
      return new FolderSource(List.of(folder.path()));
    }
    if (camera instanceof CameraConfig.Mjpeg mjpeg) {
      return new MjpegSource(mjpeg.path(), Pace.unpaced(clock));
    }
    CameraConfig.Virtual virtual = (CameraConfig.Virtual) camera;
    SmearRecipe recipe = SmearRecipe.blood().withSize(virtual.widthPx(), virtual.heightPx());
    return virtualMicroscope(recipe, VIRTUAL_SEED, virtual.fieldsPerSecond(), clock);
  }

  static VirtualMicroscope virtualMicroscope(
      SmearRecipe recipe, long seed, double fieldsPerSecond, Clock clock) {
    Duration period = Duration.ofNanos((long) (1e9 / fieldsPerSecond));
    return new VirtualMicroscope(
        new VirtualSmear(seed, recipe),
        clock,
        new Pace(period, clock, System::nanoTime, Sleeper.REAL));
  }
}
