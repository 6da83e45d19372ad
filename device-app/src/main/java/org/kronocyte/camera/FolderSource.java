package org.kronocyte.camera;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.problem.ProblemException;

/**
 * Image files and folders of them, each delivered once in the order of {@link ImagePaths}. A frame
 * is named by its path as reached from the argument. Never waits.
 */
public final class FolderSource implements FrameSource {
  private final List<Path> arguments;
  private final Iterator<ImagePaths.Entry> remaining;
  private volatile boolean closed;

  /** Lists the images now; files added later are not seen. */
  public FolderSource(List<Path> arguments) {
    this(arguments, new ImagePaths());
  }

  FolderSource(List<Path> arguments, ImagePaths paths) {
    this.arguments = List.copyOf(arguments);
    this.remaining = paths.list(arguments).iterator();
  }

  @Override
  public String describe() {
    return arguments.size() == 1
        ? "folder " + arguments.get(0)
        : arguments.size() + " files and folders";
  }

  @Override
  public boolean simulated() {
    return false;
  }

  @Override
  public boolean live() {
    return false;
  }

  @Override
  public Optional<Frame> next(Duration timeout) throws ProblemException {
    if (exhausted()) {
      return Optional.empty();
    }
    ImagePaths.Entry entry = remaining.next();
    if (entry.problem().isPresent()) {
      throw new ProblemException(entry.problem().get(), null);
    }
    return Optional.of(ImageReader.read(entry.path()));
  }

  @Override
  public boolean exhausted() {
    return closed || !remaining.hasNext();
  }

  @Override
  public void close() {
    closed = true;
  }
}
