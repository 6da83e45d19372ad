package org.kronocyte.camera.virtual;

import java.util.SplittableRandom;

/**
 * A blood film that exists only as a seed: every field of it can be drawn, in any order, always the
 * same for one seed, recipe and view.
 *
 * <p>Keeps its working planes from field to field (about 30 bytes a pixel): one thread.
 */
public final class VirtualSmear {
  private static final double HAZE_UM = 9;
  private static final int HAZE_BLOCK_PX = 4;

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
    FieldLayout layout = new FieldLayout(recipe, new SplittableRandom(seedOf(index, -1)));
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
    SplittableRandom exposure = new SplittableRandom(seedOf(index, view.exposure()));
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

  /**
   * A seed unrelated to that of any other field or exposure. Mixed, because seeds of a
   * SplittableRandom that differ by a multiple of its step give the same numbers, shifted.
   */
  private long seedOf(long index, long exposure) {
    return mix(mix(mix(seed) + index) + exposure);
  }

  /** The finalizer of MurmurHash3. */
  private static long mix(long value) {
    long z = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
    z = (z ^ (z >>> 33)) * 0xC4CEB9FE1A85EC53L;
    return z ^ (z >>> 33);
  }

  /** The faint, uneven protein haze between the cells: too smooth to need every pixel. */
  private void paintPlasma(long index, View view) {
    double x0 = index % 64 - view.shiftXUm() / HAZE_UM;
    double y0 = index / 64 % 64 - view.shiftYUm() / HAZE_UM;
    double step = recipe.umPerPx() / HAZE_UM;
    int width = recipe.width();
    float haze = 0;
    for (int y = 0; y < recipe.height(); y++) {
      int fromY = y - y % HAZE_BLOCK_PX;
      for (int x = 0; x < width; x++) {
        if (x % HAZE_BLOCK_PX == 0) {
          float n = noise.at((float) (x0 + x * step), (float) (y0 + fromY * step));
          haze = Math.max(0, 0.010f + 0.004f * n);
        }
        film.add(y * width + x, Stain.EOSIN, haze);
      }
    }
  }
}
