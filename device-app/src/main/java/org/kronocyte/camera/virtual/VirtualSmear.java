package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/**
 * A blood film that exists only as a seed: every field of it can be drawn, in any order, always the
 * same for one seed, recipe and view.
 *
 * <p>Keeps its working planes from field to field (about 30 bytes a pixel): one thread.
 */
public final class VirtualSmear {
  /** Spreads consecutive field numbers over the seeds (the golden ratio in 64 bits). */
  private static final long SPREAD = 0x9E3779B97F4A7C15L;

  private final long seed;
  private final SmearRecipe recipe;
  private final NoiseTile noise;
  private final Optics optics;
  private final Film film;

  public VirtualSmear(long seed, SmearRecipe recipe) {
    this.seed = seed;
    this.recipe = recipe;
    SplittableRandom slide = new SplittableRandom(seed);
    noise = new NoiseTile(slide.nextLong());
    film = new Film(recipe.width(), recipe.height(), recipe.umPerPx());
    optics = new Optics(recipe.width() * recipe.height(), slide);
  }

  public SmearRecipe recipe() {
    return recipe;
  }

  public long seed() {
    return seed;
  }

  /** Size of a pixel as drawn. */
  public double umPerPx() {
    return recipe.umPerPx();
  }

  /** A field in focus. */
  public VirtualField field(long index) {
    return field(index, View.SHARP);
  }

  /** A field as seen by a microscope that may be out of focus or have drifted. */
  public VirtualField field(long index, View view) {
    FieldLayout layout = new FieldLayout(recipe, new SplittableRandom(seed ^ (index * SPREAD)));
    film.clear();
    paintPlasma(index, view);
    film.moveTo(view.shiftXUm(), view.shiftYUm());
    layout.redCells.forEach(cell -> cell.paint(film, noise));
    layout.platelets.forEach(platelet -> platelet.paint(film, noise));
    int id = 0;
    for (WhiteCell cell : layout.whiteCells) {
      WhiteCellPainter.paint(film, noise, cell, ++id);
    }
    var cells = Census.of(film, layout.whiteCells);
    SplittableRandom exposure =
        new SplittableRandom(seed + (index + 1) * SPREAD + view.exposure() * ~SPREAD);
    byte[] bgr = optics.expose(film, view.defocusUm(), exposure);
    return new VirtualField(
        index,
        recipe.width(),
        recipe.height(),
        recipe.umPerPx(),
        bgr,
        film.mask.clone(),
        film.instances.clone(),
        cells);
  }

  /** The faint, uneven protein haze between the cells. */
  private void paintPlasma(long index, View view) {
    float step = (float) (recipe.umPerPx() / 9);
    float x0 = (float) (index % 64 - view.shiftXUm() / 9);
    float y0 = (float) (index / 64 % 64 - view.shiftYUm() / 9);
    for (int y = 0; y < recipe.height(); y++) {
      for (int x = 0; x < recipe.width(); x++) {
        float haze = 0.010f + 0.004f * noise.at(x0 + x * step, y0 + y * step);
        film.add(y * recipe.width() + x, Stain.EOSIN, Math.max(0, haze));
      }
    }
  }
}
