package org.kronocyte.app;

import java.util.ArrayList;
import java.util.List;
import org.kronocyte.classify.CellClass;
import org.kronocyte.classify.CellStatus;
import org.kronocyte.classify.ClassifiedCell;
import org.kronocyte.evaluate.Contestant;
import org.kronocyte.evaluate.FoundCells;
import org.kronocyte.evaluate.Truth;
import org.kronocyte.image.Frame;
import org.kronocyte.image.ImageReader;
import org.kronocyte.problem.ProblemException;
import org.kronocyte.segment.MaskRenderer;

/** The program itself as {@code analyze} runs it, judged on images with truth. One thread. */
public record FieldContestant(String name, FieldReader reader) implements Contestant {
  @Override
  public FoundCells find(Truth truth) throws ProblemException {
    try (Frame frame = ImageReader.read(truth.image())) {
      FieldReader.Reading reading = reader.read(frame);
      List<FoundCells.Cell> cells = new ArrayList<>();
      for (ClassifiedCell cell : reading.result().cells()) {
        boolean accepted =
            cell.verdict().status() != CellStatus.REJECTED
                && cell.verdict().label() != CellClass.PLT;
        cells.add(new FoundCells.Cell(cell.cell().bbox(), accepted));
      }
      return new FoundCells(
          MaskRenderer.mask(reading.segmentation()), frame.width(), frame.height(), cells);
    }
  }
}
