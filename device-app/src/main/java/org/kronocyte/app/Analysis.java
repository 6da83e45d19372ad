package org.kronocyte.app;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.kronocyte.camera.ImagePaths;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.image.ImageWriter;
import org.kronocyte.image.PixelArena;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.ErrorJson;
import org.kronocyte.publish.FieldJson;
import org.kronocyte.publish.SlideJson;
import org.kronocyte.segment.MaskRenderer;
import org.kronocyte.slide.SlideSession;

/**
 * Reads fields on disk one after another and writes what was found. An input that can't be read
 * becomes an error entry; the rest go on. One thread calls; on several processors another decodes
 * and prepares the next image meanwhile.
 */
public final class Analysis {
  /** Schema of {@code summary.json}. */
  public static final String SUMMARY_SCHEMA = "kronocyte/analysis/1";

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

  /**
   * What to write.
   *
   * @param folder where to, or empty to write nothing but the summary that {@link #run} returns
   * @param masks also a mask a field
   * @param overlays also a picture a field
   * @param evidenceUm side of the square around a cell that its evidence covers, um: with overlays
   *     also a picture of the evidence a field; empty for none
   * @param site the site calibration the cells were named with, recorded in every result
   */
  public record Output(
      Optional<Path> folder,
      boolean masks,
      boolean overlays,
      OptionalDouble evidenceUm,
      Optional<String> site) {}

  /** Told how far the work is. */
  public interface Progress {
    /** One more input is done. */
    void done(int inputs, int of);
  }

  private final FieldReader reader;
  private final SlideSession session;
  private final Output output;
  private final ArrayNode errors = JSON.createArrayNode();
  private int read;

  /** Images of one folder are taken to be from one microscope. */
  private Path folder;

  public Analysis(FieldReader reader, SlideSession session, Output output) {
    this.reader = reader;
    this.session = session;
    this.output = output;
  }

  /** How many inputs were read. */
  public int read() {
    return read;
  }

  /** How many inputs failed; each has its entry in the summary. */
  public int failed() {
    return errors.size();
  }

  /**
   * Reads all inputs and returns the summary, which is also written if there is a folder.
   *
   * @param entries in the order to read them
   * @throws ProblemException only if a result can't be written
   */
  public ObjectNode run(List<ImagePaths.Entry> entries, Progress progress)
      throws ProblemException, InterruptedException {
    List<Path> names = OutputNames.of(entries);
    Iterator<ImagePaths.Entry> ahead = entries.iterator();
    try (WorkAhead<NextField> fields =
        WorkAhead.of(
            WorkAhead.worthwhile(),
            "finder",
            () -> ahead.hasNext() ? Optional.of(open(ahead.next())) : Optional.empty())) {
      for (int i = 0; i < entries.size(); i++) {
        try (NextField next = fields.take().orElseThrow()) {
          finish(next, entries.get(i), names.get(i));
        }
        progress.done(i + 1, entries.size());
      }
    }
    ObjectNode summary = summary();
    if (output.folder().isPresent()) {
      write(Path.of("summary"), summary);
    }
    return summary;
  }

  /** Decodes an image and takes the first step with it. */
  private NextField open(ImagePaths.Entry entry) {
    if (!Objects.equals(folder, entry.path().getParent())) {
      folder = entry.path().getParent();
      reader.forgetScale();
    }
    try {
      if (entry.problem().isPresent()) {
        throw new ProblemException(entry.problem().get(), null);
      }
      return NextField.of(ImageReader.read(entry.path()), reader::prepare);
    } catch (ProblemException e) {
      return NextField.unreadable(e);
    }
  }

  private void finish(NextField next, ImagePaths.Entry entry, Path name) throws ProblemException {
    FieldReader.Reading reading;
    try {
      FieldReader.Prepared prepared = next.orThrow();
      reading = reader.read(prepared);
      draw(prepared.frame(), reading, name);
    } catch (ProblemException e) {
      if (e.problem().code().equals("output_unwritable")) {
        throw e;
      }
      fail(entry, name, e.problem());
      return;
    }
    read++;
    session.add(reading.result());
    ObjectNode field = FieldJson.of(reading.result());
    output.site().ifPresent(site -> field.put("site_calibration", site));
    write(name, field);
  }

  private void draw(Frame frame, FieldReader.Reading reading, Path name) throws ProblemException {
    if (output.folder().isEmpty() || !(output.masks() || output.overlays())) {
      return;
    }
    byte[] mask = MaskRenderer.mask(reading.segmentation());
    if (output.masks()) {
      ImageWriter.writeGrey(file(name, ".mask.png"), mask, frame.width(), frame.height());
    }
    if (output.overlays()) {
      try (PixelArena arena = new PixelArena()) {
        ImageWriter.write(
            file(name, ".overlay.png"), OverlayPainter.paint(frame, reading, mask, arena));
        if (output.evidenceUm().isPresent()) {
          EvidencePainter painter = new EvidencePainter(output.evidenceUm().getAsDouble());
          ImageWriter.write(file(name, ".evidence.png"), painter.paint(frame, reading, arena));
        }
      }
    }
  }

  private void fail(ImagePaths.Entry entry, Path name, Problem problem) throws ProblemException {
    ObjectNode error = ErrorJson.of(entry.path().toString(), problem);
    errors.add(error);
    write(name, error);
  }

  private ObjectNode summary() {
    ObjectNode summary = JSON.createObjectNode();
    summary.put("schema", SUMMARY_SCHEMA);
    output.site().ifPresent(site -> summary.put("site_calibration", site));
    summary.put("fields_read", read);
    summary.put("fields_failed", errors.size());
    summary.set("slide", SlideJson.of(session.summary(), SlideJson.State.FINAL));
    summary.set("errors", errors);
    return summary;
  }

  private Path file(Path name, String suffix) {
    Path below = output.folder().orElseThrow().resolve(name);
    return below.resolveSibling(below.getFileName() + suffix);
  }

  private void write(Path name, ObjectNode json) throws ProblemException {
    if (output.folder().isEmpty()) {
      return;
    }
    Path file = file(name, ".json");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(file, JSON.writeValueAsBytes(json));
    } catch (IOException e) {
      throw new ProblemException(
          "output_unwritable",
          "the result " + file + " can't be written (" + e + ")",
          "check the folder's permissions and the free space",
          e);
    }
  }
}
