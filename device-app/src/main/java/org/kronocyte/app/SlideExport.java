package org.kronocyte.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.publish.SlideJson;
import org.kronocyte.segment.SecondLook;
import org.kronocyte.segment.SecondOpinion;
import org.kronocyte.segment.SegmentedCell;
import org.kronocyte.slide.Accession;
import org.kronocyte.slide.FieldResult;
import org.kronocyte.slide.SlideRecord;
import org.kronocyte.slide.SlideSession;
import org.kronocyte.slide.SlideState;
import org.kronocyte.slide.SlideStore;
import org.kronocyte.slide.SlideSummary;
import org.kronocyte.store.Database;
import org.kronocyte.store.SafeFiles;

/**
 * Slides as files for a clinic without a network: {@code <slide>.json} as in a slide message,
 * {@code <slide>.csv} with a line a class, {@code <slide>.cells.csv} with a line a cell. A field is
 * named by its number: where its image came from, which may say more than it should, stays on the
 * device.
 */
public final class SlideExport {
  private static final String DIFFERENTIAL =
      "slide,accession,specimen,state,complete,simulated,label,name,count,percent,low95,high95";
  private static final String CELLS =
      "slide,field,captured_at,um_per_px,cell,x,y,width,height,area_um2,nucleus_area_um2,nc_ratio,"
          + "circularity,label,probability,status,reason,touches_edge,second_opinion";

  private SlideExport() {}

  /**
   * Writes a slide's files; each is whole or not there.
   *
   * @param folder made if it isn't there
   * @return the files
   */
  public static List<Path> write(Database database, SlideRecord slide, Path folder)
      throws ProblemException {
    List<FieldResult> fields = database.read(tx -> SlideStore.fields(tx, slide));
    SlideSession session = new SlideSession(slide.plan());
    fields.forEach(session::add);
    session.setFailedFields(slide.failedFields());
    SlideSummary summary = session.summary();
    SlideJson.State state =
        slide.state() == SlideState.FINISHED ? SlideJson.State.FINAL : SlideJson.State.PRELIMINARY;
    String name = slide.plan().slide();
    List<Path> files =
        List.of(
            folder.resolve(name + ".json"),
            folder.resolve(name + ".csv"),
            folder.resolve(name + ".cells.csv"));
    try {
      Files.createDirectories(folder);
      ObjectNode json = SlideJson.of(summary, state);
      secondOpinion(json, fields);
      SafeFiles.replace(files.get(0), json.toPrettyString() + "\n");
      SafeFiles.replace(files.get(1), differential(summary, state));
      SafeFiles.replace(files.get(2), cells(name, fields));
      return files;
    } catch (IOException e) {
      throw new ProblemException(
          "export_failed",
          "slide " + name + " can't be written to " + folder + " (" + e + ")",
          "check that the folder or stick is there, can be written and has room",
          e);
    }
  }

  /** Sums over the fields that a second engine looked at, if there are any. */
  private static void secondOpinion(ObjectNode json, List<FieldResult> fields) {
    List<SecondOpinion> opinions =
        fields.stream().flatMap(f -> f.secondOpinion().stream()).toList();
    if (opinions.isEmpty()) {
      return;
    }
    ObjectNode node = json.putObject("second_opinion");
    node.put("fields", opinions.size());
    for (SecondLook look : SecondLook.values()) {
      node.put(
          look.code(),
          opinions.stream().flatMap(o -> o.looks().stream()).filter(l -> l == look).count());
    }
    node.put("only_second", opinions.stream().mapToInt(o -> o.onlySecond().size()).sum());
  }

  private static String differential(SlideSummary slide, SlideJson.State state) {
    List<String> lines = new ArrayList<>(List.of(DIFFERENTIAL));
    for (SlideSummary.DifferentialLine line : slide.differential()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%s,%s,%s,%s,%s,%d,%.2f,%.2f,%.2f",
              slide.slide(),
              slide.accession().map(Accession::number).orElse(""),
              slide.specimen().code(),
              state.code(),
              slide.complete(),
              slide.simulated(),
              line.label(),
              line.label().displayName(),
              line.count(),
              line.percent(),
              line.low95(),
              line.high95()));
    }
    return text(lines);
  }

  private static String cells(String slide, List<FieldResult> fields) {
    List<String> lines = new ArrayList<>(List.of(CELLS));
    int number = 0;
    for (FieldResult field : fields) {
      number++;
      for (ClassifiedCell cell : field.cells()) {
        lines.add(cell(slide + "," + number, field, cell));
      }
    }
    return text(lines);
  }

  private static String cell(String place, FieldResult field, ClassifiedCell classified) {
    SegmentedCell cell = classified.cell();
    ClassifiedCell.Verdict verdict = classified.verdict();
    return String.format(
        Locale.ROOT,
        "%s,%s,%.6f,%d,%d,%d,%d,%d,%.2f,%.2f,%.4f,%.4f,%s,%.4f,%s,%s,%s,%s",
        place,
        field.capturedAt().truncatedTo(ChronoUnit.MILLIS),
        field.scale().umPerPx(),
        cell.id(),
        cell.bbox().x(),
        cell.bbox().y(),
        cell.bbox().width(),
        cell.bbox().height(),
        cell.areaUm2(),
        cell.nucleusAreaUm2(),
        cell.ncRatio(),
        cell.circularity(),
        verdict.label(),
        verdict.probability(),
        verdict.status().code(),
        verdict.reason(),
        cell.touchesEdge(),
        cell.secondLook().map(SecondLook::code).orElse(""));
  }

  private static String text(List<String> lines) {
    return String.join("\n", lines) + "\n";
  }
}
