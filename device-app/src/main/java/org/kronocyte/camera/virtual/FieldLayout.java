package org.kronocyte.camera.virtual;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Which cells lie where in one field. White cells keep apart or just touch; red cells keep out of
 * white ones and mostly out of one another.
 */
final class FieldLayout {
  private static final int TRIES = 30;
  private static final double TOUCHING = 0.12;
  private static final double OVERLAPPING = 0.10;
  private static final double MARGIN_UM = 4;

  final List<WhiteCell> whiteCells = new ArrayList<>();
  final List<RedCell> redCells = new ArrayList<>();
  final List<Platelet> platelets = new ArrayList<>();

  private final SmearRecipe recipe;
  private final double widthUm;
  private final double heightUm;
  private final SplittableRandom random;

  FieldLayout(SmearRecipe recipe, SplittableRandom random) {
    this.recipe = recipe;
    this.widthUm = recipe.width() * recipe.umPerPx();
    this.heightUm = recipe.height() * recipe.umPerPx();
    this.random = random;
    int white = Poisson.draw(recipe.whiteCellsPerField(), random);
    for (int i = 0; i < white; i++) {
      placeWhiteCell();
    }
    int red = Poisson.draw(recipe.redCellsPerField(), random);
    for (int i = 0; i < red; i++) {
      placeRedCell();
    }
    int small = Poisson.draw(recipe.plateletsPerField(), random);
    for (int i = 0; i < small; i++) {
      placePlatelet();
    }
  }

  private void placeWhiteCell() {
    WhiteCell cell = new WhiteCell(drawKind(), 0, 0, random.split());
    double r = cell.outline.radiusUm();
    boolean touching = random.nextDouble() < TOUCHING && !whiteCells.isEmpty();
    for (int i = 0; i < TRIES; i++) {
      double x = random.nextDouble() * widthUm;
      double y = random.nextDouble() * heightUm;
      if (touching) {
        WhiteCell neighbour = whiteCells.get(random.nextInt(whiteCells.size()));
        double distance = 0.99 * (r + neighbour.outline.radiusUm());
        double direction = 2 * Math.PI * random.nextDouble();
        x = neighbour.xUm + distance * Math.cos(direction);
        y = neighbour.yUm + distance * Math.sin(direction);
      }
      boolean within = x >= 0 && y >= 0 && x < widthUm && y < heightUm;
      if (within && clearance(x, y) - r > (touching ? -0.2 : 0.8)) {
        whiteCells.add(cell.movedTo(x, y));
        return;
      }
    }
  }

  private void placeRedCell() {
    boolean mayOverlap = random.nextDouble() < OVERLAPPING;
    for (int i = 0; i < TRIES; i++) {
      double x = random.nextDouble() * (widthUm + 2 * MARGIN_UM) - MARGIN_UM;
      double y = random.nextDouble() * (heightUm + 2 * MARGIN_UM) - MARGIN_UM;
      if (clearance(x, y) > 3.6 && (mayOverlap || fromRedCells(x, y) > 7.1)) {
        redCells.add(new RedCell(x, y, random.split()));
        return;
      }
    }
  }

  private void placePlatelet() {
    double x = random.nextDouble() * widthUm;
    double y = random.nextDouble() * heightUm;
    if (clearance(x, y) > 1.5) {
      platelets.add(new Platelet(x, y, random.split()));
    }
  }

  private WhiteCellKind drawKind() {
    double sum = 0;
    for (double weight : recipe.mix().values()) {
      sum += weight;
    }
    double left = random.nextDouble() * sum;
    WhiteCellKind last = null;
    // In the order of the enum: that of the map may differ from run to run.
    for (WhiteCellKind kind : WhiteCellKind.values()) {
      double weight = recipe.mix().getOrDefault(kind.name(), 0.0);
      if (weight > 0) {
        last = kind;
        left -= weight;
        if (left < 0) {
          break;
        }
      }
    }
    return last;
  }

  /** Distance to the nearest white cell's outline, taken as a circle. */
  private double clearance(double x, double y) {
    double nearest = Double.MAX_VALUE;
    for (WhiteCell cell : whiteCells) {
      double distance = Math.hypot(cell.xUm - x, cell.yUm - y) - cell.outline.radiusUm();
      nearest = Math.min(nearest, distance);
    }
    return nearest;
  }

  private double fromRedCells(double x, double y) {
    double nearest = Double.MAX_VALUE;
    for (RedCell cell : redCells) {
      nearest = Math.min(nearest, Math.hypot(cell.xUm - x, cell.yUm - y));
    }
    return nearest;
  }
}
