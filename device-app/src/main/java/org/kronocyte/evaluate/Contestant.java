package org.kronocyte.evaluate;

import org.kronocyte.problem.ProblemException;

/** Something that finds cells: an engine, or a folder of earlier results. */
public interface Contestant {
  /** Short name, the heading of its columns. */
  String name();

  /** What it finds in an image; only the image's path and size may be looked at. */
  FoundCells find(Truth truth) throws ProblemException;
}
