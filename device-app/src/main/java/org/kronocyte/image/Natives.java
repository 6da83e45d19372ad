package org.kronocyte.image;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import nu.pattern.OpenCV;
import org.kronocyte.problem.ProblemException;
import org.opencv.core.Core;

/**
 * Loads OpenCV's native library, once a process.
 *
 * <p>The library's own loader unpacks 65 MB to the temporary folder at every start (1 to 3 s, and
 * RAM where that is a tmpfs). This one unpacks it once into a cache folder: {@code
 * -Dkronocyte.natives=DIR}, else {@code $XDG_CACHE_HOME/kronocyte}, else {@code
 * ~/.cache/kronocyte}.
 */
public final class Natives {
  private static boolean loaded;

  private Natives() {}

  /**
   * Makes OpenCV usable; further calls do nothing. Thread-safe.
   *
   * @throws ProblemException if this machine has no OpenCV library in the jar or it can't be
   *     unpacked
   */
  public static synchronized void load() throws ProblemException {
    if (loaded) {
      return;
    }
    String arch = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String folder =
        switch (arch) {
          case "amd64", "x86_64" -> "x86_64";
          case "aarch64", "arm64" -> "ARMv8";
          default ->
              throw new ProblemException(
                  "architecture_unsupported",
                  "no vision library for processor '" + arch + "'",
                  "use a 64-bit x86 or ARM system");
        };
    String name = "lib" + Core.NATIVE_LIBRARY_NAME + ".so";
    Path cached = cacheFolder().resolve(Core.VERSION + "-" + folder).resolve(name);
    try {
      unpack("/nu/pattern/opencv/linux/" + folder + "/" + name, cached);
      System.load(cached.toAbsolutePath().toString());
    } catch (IOException | UnsatisfiedLinkError e) {
      throw new ProblemException(
          "vision_library_unavailable",
          "OpenCV could not be loaded from " + cached + " (" + e.getMessage() + ")",
          "free 70 MB there, or name another folder with -Dkronocyte.natives=DIR (not one mounted noexec)",
          e);
    }
    // One field is read by one thread at a time; OpenCV's own pool would only fight it for the
    // cores.
    Core.setNumThreads(1);
    loaded = true;
  }

  private static Path cacheFolder() {
    String named = System.getProperty("kronocyte.natives");
    if (named != null) {
      return Path.of(named);
    }
    String cache = System.getenv("XDG_CACHE_HOME");
    return cache == null || cache.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache", "kronocyte")
        : Path.of(cache, "kronocyte");
  }

  private static void unpack(String resource, Path target) throws IOException {
    URL packed = OpenCV.class.getResource(resource);
    if (packed == null) {
      throw new IOException("the OpenCV jar has no " + resource);
    }
    URLConnection connection = packed.openConnection();
    if (Files.exists(target) && Files.size(target) == connection.getContentLengthLong()) {
      return;
    }
    try (InputStream in = connection.getInputStream()) {
      Files.createDirectories(target.getParent());
      Path partial = Files.createTempFile(target.getParent(), "unpack", ".partial");
      try {
        Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
        move(partial, target);
      } finally {
        Files.deleteIfExists(partial);
      }
    }
  }

  private static void move(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    } catch (AtomicMoveNotSupportedException | FileAlreadyExistsException e) {
      Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
