package org.kronocyte.app;

import java.util.Optional;
import org.kronocyte.board.Board;
import org.kronocyte.board.LampState;
import org.kronocyte.problem.ProblemException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The board, opened when it is wanted: at the latest for the station, earlier to show trouble. */
final class EarlyBoard implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EarlyBoard.class);

  private final Opener opener;
  private Optional<Optional<Board>> opened = Optional.empty();

  /** Opens the board that the configuration names, if it names one. */
  interface Opener {
    Optional<Board> open() throws ProblemException;
  }

  EarlyBoard(Opener opener) {
    this.opener = opener;
  }

  Optional<Board> get() throws ProblemException {
    if (opened.isEmpty()) {
      opened = Optional.of(opener.open());
    }
    return opened.get();
  }

  /** Shows on the lamp that nothing is counted. A board that can't be opened is a later matter. */
  void showTrouble() {
    try {
      get().flatMap(Board::lamp).ifPresent(lamp -> lamp.show(LampState.ERROR));
    } catch (ProblemException e) {
      LOG.warn("the lamp can't show it: {}", e.getMessage());
    }
  }

  @Override
  public void close() {
    opened.flatMap(board -> board).ifPresent(Board::close);
  }
}
