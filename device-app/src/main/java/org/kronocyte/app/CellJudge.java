package org.kronocyte.app;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.evaluate.CellSet;
import org.kronocyte.evaluate.JudgedCell;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.image.Scale;
import org.kronocyte.problem.Problem;
import org.kronocyte.problem.ProblemException;

/** Names labelled cells as {@code classify} does, in fields the one at the place. One thread. */
public final class CellJudge {
  private final CentredCells cells;

  public CellJudge(Models models) throws ProblemException {
    this.cells = new CentredCells(models);
  }

  /**
   * What was said of a set.
   *
   * @param cells in the set's order, without those of {@code problems}
   * @param problems of images that could not be read
   */
  public record Judged(List<JudgedCell> cells, List<Problem> problems) {}

  /** Reads all images of a set. */
  public Judged judge(List<CellSet.Cell> set, double umPerPx, Analysis.Progress progress) {
    List<JudgedCell> judged = new ArrayList<>();
    List<Problem> problems = new ArrayList<>();
    Scale scale = Scale.configured(umPerPx);
    for (int i = 0; i < set.size(); i++) {
      CellSet.Cell cell = set.get(i);
      try (Frame frame = ImageReader.read(cell.image())) {
        judged.add(judged(cell, verdict(frame, scale, cell)));
      } catch (ProblemException e) {
        problems.add(e.problem());
      }
      progress.done(i + 1, set.size());
    }
    return new Judged(judged, problems);
  }

  private ClassifiedCell.Verdict verdict(Frame frame, Scale scale, CellSet.Cell cell)
      throws ProblemException {
    if (cell.place().isEmpty()) {
      return cells.classify(frame, scale);
    }
    CellSet.Place place = cell.place().get();
    return cells.classifyAt(frame, scale, place.x(), place.y());
  }

  private static JudgedCell judged(CellSet.Cell cell, ClassifiedCell.Verdict verdict) {
    Map<String, Double> probabilities = new TreeMap<>();
    verdict.probabilities().forEach((label, p) -> probabilities.put(label.name(), p));
    return new JudgedCell(
        cell.truth(),
        cell.labels(),
        verdict.label().name(),
        probabilities,
        verdict.possible().map(p -> p.stream().map(CellClass::name).collect(Collectors.toSet())),
        verdict.unlikeness(),
        verdict.status().code(),
        verdict.reason());
  }
}
